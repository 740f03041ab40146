"""Triggers on both databases. A migration that remakes this table on SQLite drops them, and has to make them again; a
test sees one missing.
"""

from django.db import migrations

TABLE = "portfolios_evidencelink"
OWNERS_DIFFER = (
    "(SELECT owner_id FROM portal_shareable WHERE id = NEW.item_id)"
    " <> (SELECT owner_id FROM portal_shareable WHERE id = NEW.target_id)"
)
SAYS = "Both ends of a link are of one owner."


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(
                f"CREATE TRIGGER evidence_of_one_owner_{event.lower()} BEFORE {event} ON {TABLE} "
                f"WHEN {OWNERS_DIFFER} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        return
    schema_editor.execute(
        f"CREATE FUNCTION evidence_of_one_owner() RETURNS trigger AS $$ BEGIN IF {OWNERS_DIFFER} THEN "
        f"RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
        "END $$ LANGUAGE plpgsql",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER evidence_of_one_owner BEFORE INSERT OR UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION evidence_of_one_owner()"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER evidence_of_one_owner_{event}")
        return
    schema_editor.execute(f"DROP TRIGGER evidence_of_one_owner ON {TABLE}")
    schema_editor.execute("DROP FUNCTION evidence_of_one_owner")


class Migration(migrations.Migration):
    dependencies = [("portfolios", "0010_evidence_and_ratings")]
    operations = [migrations.RunPython(make, drop)]
