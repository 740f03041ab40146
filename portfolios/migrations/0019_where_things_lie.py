"""An answer is on the piece of its comment, and a comment stays on its piece; a piece lies in the section under which it is
filed. By triggers on both databases. A migration that remakes one of these tables on SQLite drops its triggers, and has
to make them again; a test sees one missing.

The last one guards the row that is placed, not `portal_shareable.parent_id`: of the two one has to be written first
(portal.sharing.file_under, then the action), and SQLite cannot wait for the end of a transaction.
"""

from django.db import migrations

COMMENT = "portfolios_comment"
ELSEWHERE = f"NEW.piece_id <> (SELECT piece_id FROM {COMMENT} WHERE id = NEW.answers_id)"
FILED = "(SELECT parent_id FROM portal_shareable WHERE id = NEW.shareable_id)"
MISPLACED = f"COALESCE({FILED}, 0) <> COALESCE(NEW.section_id, 0)"  # no key is 0
# (name, event, table, when)
TRIGGERS = [
    ("answer_is_beside_its_comment_insert", "INSERT", COMMENT, ELSEWHERE),
    ("answer_is_beside_its_comment_update", "UPDATE OF answers_id", COMMENT, ELSEWHERE),
    ("comment_stays_on_its_piece", "UPDATE OF piece_id", COMMENT, "NEW.piece_id <> OLD.piece_id"),
    *(
        (f"{kind}_lies_where_it_is_filed_{event[:6].lower()}", event, f"portfolios_{kind}", MISPLACED)
        for kind in ("experience", "goal", "profile")
        for event in ("INSERT", "UPDATE OF section_id")
    ),
]
SAYS = "A comment and its answers are on one piece, and a piece lies in the section under which it is filed."


def make(apps, schema_editor):
    for name, event, table, when in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN RAISE EXCEPTION '{SAYS}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            params=None,
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop(apps, schema_editor):
    for name, _event, table, _when in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_shareable_answers"), ("portfolios", "0018_weeks_begin_on_monday")]
    operations = [migrations.RunPython(make, drop)]
