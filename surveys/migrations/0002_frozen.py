"""Triggers on both databases. A migration that remakes one of these tables on SQLite drops its triggers, and has to make
them again; a test sees one missing.
"""

from django.db import migrations

ANNOUNCED = "OLD.launched_at IS NOT NULL"
MOVED = "(NEW.minimum <> OLD.minimum OR NEW.version_id <> OLD.version_id OR {breakdown})"
CLOSED = "EXISTS (SELECT 1 FROM surveys_survey s WHERE s.id = NEW.survey_id AND s.closed_at IS NOT NULL)"
BREAKDOWN = {
    "sqlite": "NEW.breakdown IS NOT OLD.breakdown",
    "postgresql": "NEW.breakdown IS DISTINCT FROM OLD.breakdown",
}
# (name, event, table, when, what is said)
TRIGGERS = [
    ("questionnaire_is_frozen", "UPDATE", "surveys_questionnaireversion", "TRUE", "A published version is frozen."),
    ("questionnaire_stays", "DELETE", "surveys_questionnaireversion", "TRUE", "A published version is frozen."),
    ("survey_minimum_stays", "UPDATE", "surveys_survey", "NEW.minimum < OLD.minimum", "The minimum only rises."),
    ("survey_is_declared", "UPDATE", "surveys_survey", f"{ANNOUNCED} AND {MOVED}", "The survey is announced."),
    (
        "survey_stays_closed",
        "UPDATE",
        "surveys_survey",
        "OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL",
        "The survey is closed.",
    ),
    ("answer_is_too_late", "INSERT", "surveys_answer", CLOSED, "The survey is closed."),
    ("answer_is_sent", "UPDATE", "surveys_answer", "TRUE", "Answers do not change."),
    ("answers_are_closed", "UPDATE", "surveys_closedanswer", "TRUE", "Answers do not change."),
]


def make(apps, schema_editor):
    make_all(schema_editor, TRIGGERS)


def drop(apps, schema_editor):
    drop_all(schema_editor, TRIGGERS)


def make_all(schema_editor, triggers):
    vendor = schema_editor.connection.vendor
    for name, event, table, when, says in triggers:
        when = when.replace("{breakdown}", BREAKDOWN[vendor])
        if vendor == "sqlite":
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


def drop_all(schema_editor, triggers):
    for name, _event, table, _when, _says in triggers:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_questionnaires_waves_answers")]
    operations = [migrations.RunPython(make, drop)]
