"""Answers with a name become a Shareable of who gave them, so that each look of another is a reading. Its code becomes
theirs. The table is remade, so its triggers are made again.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

frozen = import_module("surveys.migrations.0002_frozen")
FORMER = [one for one in import_module("surveys.migrations.0005_named_surveys").TRIGGERS if "namedanswer" in one[2]]
OWN = "EXISTS (SELECT 1 FROM portal_shareable p WHERE p.id = NEW.shareable_id AND p.owner_id = NEW.person_id)"
ELSEWHERE = " OR NEW.shareable_id <> OLD.shareable_id"
TRIGGERS = [
    (name, event, table, f"{when}{ELSEWHERE}" if name == "named_answer_stays" else when, says)
    for name, event, table, when, says in FORMER
] + [("named_answer_is_own", "INSERT", "surveys_namedanswer", f"NOT {OWN}", "It is of who gave it.")]


def drop_former(apps, schema_editor):
    frozen.drop_all(schema_editor, FORMER)


def make_former(apps, schema_editor):
    frozen.make_all(schema_editor, FORMER)


def make(apps, schema_editor):
    frozen.make_all(schema_editor, TRIGGERS)


def drop(apps, schema_editor):
    frozen.drop_all(schema_editor, TRIGGERS)


def own(apps, schema_editor):
    Shareable = apps.get_model("portal", "Shareable")
    for row in apps.get_model("surveys", "NamedAnswer").objects.select_related("survey"):
        row.shareable = Shareable.objects.create(
            code=row.code, kind="answers", owner_id=row.person_id, template_titles=row.survey.titles
        )
        row.save(update_fields=["shareable"])
    if schema_editor.connection.vendor == "postgresql":  # it changes no table while a check of these rows waits
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_shareable_answers"), ("surveys", "0005_named_surveys")]
    operations = [
        migrations.RunPython(drop_former, make_former),
        migrations.AddField(
            "namedanswer",
            "shareable",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.shareable"
            ),
        ),
        migrations.RunPython(own),
        migrations.RemoveField("namedanswer", "id"),
        migrations.AlterField(
            "namedanswer",
            "shareable",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="+",
                serialize=False,
                to="portal.shareable",
            ),
        ),
        migrations.RemoveField("namedanswer", "code"),
        migrations.RunPython(make, drop),
    ]
