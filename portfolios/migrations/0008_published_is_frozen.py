"""What is published never changes, by triggers on both databases. A migration that remakes one of these tables on SQLite
drops its triggers, and has to make them again; a test sees one missing.
"""

from django.db import migrations

FULL = "NEW.position >= (SELECT size FROM portfolios_frameworkversion WHERE id = NEW.version_id)"
TABLES = {
    "framework_version": "portfolios_frameworkversion",
    "framework_mapping": "portfolios_frameworkmapping",
    "competency": "portfolios_competency",
    "section_template": "portfolios_sectiontemplate",
    "profile_set": "portfolios_profileset",
}
# (name, event, table, when)
TRIGGERS = [
    *((f"{name}_is_frozen", "UPDATE", table, "TRUE") for name, table in TABLES.items()),
    *((f"{name}_stays", "DELETE", table, "TRUE") for name, table in TABLES.items()),
    ("competencies_are_complete", "INSERT", "portfolios_competency", FULL),
]
SAYS = "What is published never changes."


def count(apps, schema_editor):
    """Every version of before has all its competencies."""
    competencies = apps.get_model("portfolios", "Competency").objects
    for version in apps.get_model("portfolios", "FrameworkVersion").objects.all():
        version.size = competencies.filter(version=version).count()
        version.save(update_fields=["size"])


def make(apps, schema_editor):
    for name, event, table, when in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            condition = "1" if when == "TRUE" else when
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN RAISE EXCEPTION '{SAYS}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$ LANGUAGE plpgsql",
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
    dependencies = [("portfolios", "0007_profiles_mappings")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop), migrations.RunPython(make, drop)]
