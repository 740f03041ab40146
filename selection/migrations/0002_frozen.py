"""What is published, and what is handed in, stays as it is: on every path, raw SQL included (selection.md S2, S9).

An answer that is handed in can only be emptied as a whole: that is how an erasure destroys it.
"""

from django.db import migrations

WORDS = ("situation", "task", "action", "result", "reflection", "reason", "evidence", "concern")
EMPTIED = " AND ".join([f"NEW.{name} = ''" for name in WORDS] + ["NEW.score IS NULL", "NOT NEW.is_not_observed"])
HANDED_IN = "EXISTS (SELECT 1 FROM selection_sheet s WHERE s.id = {row}.sheet_id AND s.state = 'submitted')"
LOCKED = "EXISTS (SELECT 1 FROM selection_procedure p WHERE p.id = NEW.procedure_id AND p.locked_at IS NOT NULL)"
# (name, event, table, when, what is said)
TRIGGERS = [
    ("version_is_frozen", "UPDATE", "selection_procedureversion", "TRUE", "A published version is frozen."),
    ("version_stays", "DELETE", "selection_procedureversion", "TRUE", "A published version is frozen."),
    ("version_is_locked", "INSERT", "selection_procedureversion", LOCKED, "Somebody has scored already."),
    ("sheet_is_in", "UPDATE", "selection_sheet", "OLD.state = 'submitted'", "This sheet is handed in."),
    ("sheet_stays", "DELETE", "selection_sheet", "OLD.state = 'submitted'", "This sheet is handed in."),
    (
        "answer_is_in",
        "UPDATE",
        "selection_answer",
        f"{HANDED_IN.format(row='OLD')} AND NOT ({EMPTIED})",
        "This sheet is handed in.",
    ),
    ("answer_stays", "DELETE", "selection_answer", HANDED_IN.format(row="OLD"), "This sheet is handed in."),
    ("answer_is_late", "INSERT", "selection_answer", HANDED_IN.format(row="NEW"), "This sheet is handed in."),
]


def make(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name, event, table, when, says in TRIGGERS:
        if sqlite:
            condition = "1" if when == "TRUE" else when
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN RAISE EXCEPTION '{says}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$ LANGUAGE plpgsql",
            params=None,
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop(apps, schema_editor):
    for name, _event, table, _when, _says in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("selection", "0001_procedures_sheets")]
    operations = [migrations.RunPython(make, drop)]
