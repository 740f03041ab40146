"""Of a report that is final nothing changes but its document: a trigger on both databases holds against update() too."""

from django.db import migrations

FROZEN = [
    "track_id",
    "kind",
    "state",
    "due_on",
    "held_on",
    "notes",
    "report",
    "response",
    "version",
    "reported_at",
    "ended_at",
]
FINAL = "('signed', 'closed_by_one')"
PARTS = ["point", "agreement"]
TEXTS = {"point": ["text", "position"], "agreement": ["text", "who_id", "until"]}


def rules_of(vendor):
    """(name, table, what it is before, when it is refused): of a report that is final nothing changes but its document."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in FROZEN)
    yield "report_is_final", "mentoring_conversation", "UPDATE", f"OLD.state IN {FINAL} AND ({changed})"
    for part in PARTS:
        final = (
            "EXISTS (SELECT 1 FROM mentoring_conversation WHERE shareable_id = {row}.conversation_id AND state IN "
            + FINAL
            + ")"
        )
        changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in TEXTS[part])
        yield f"{part}_is_final", f"mentoring_{part}", "UPDATE", f"({changed}) AND {final.format(row='OLD')}"
        yield f"{part}_comes_too_late", f"mentoring_{part}", "INSERT", final.format(row="NEW")
    yield "signature_stands", "mentoring_signature", "UPDATE", "1 = 1"


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, verb, refused in rules_of(vendor):
        if vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {refused} "
                "BEGIN SELECT RAISE(ABORT, 'A signed report is final.'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {refused} THEN "
            "RAISE EXCEPTION 'A signed report is final.' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            params=None,
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, _verb, _refused in rules_of(vendor):
        schema_editor.execute(f"DROP TRIGGER {name}" + ("" if vendor == "sqlite" else f" ON {table}"))
        if vendor != "sqlite":
            schema_editor.execute(f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("mentoring", "0001_tracks_conversations"),
    ]

    operations = [migrations.RunPython(make, drop)]
