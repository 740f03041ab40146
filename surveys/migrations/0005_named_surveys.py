"""A survey can have names with its answers, in a table of its own. SQLite remakes the table of surveys here, so the
triggers that lie on it or look into it are made again.
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import portal.codes

frozen = import_module("surveys.migrations.0002_frozen")
OF_SURVEYS = [one for one in frozen.TRIGGERS if "surveys_survey" in one[2] + one[3]]
IS_NAMED = "EXISTS (SELECT 1 FROM surveys_survey s WHERE s.id = NEW.survey_id AND s.is_named)"
MOVED = frozen.MOVED.replace("(NEW.minimum", "(NEW.is_named <> OLD.is_named OR NEW.minimum")
ANONYMOUS = "The survey is anonymous."
NAMED = "The survey is named."
TRIGGERS = [
    (name, event, table, f"{frozen.ANNOUNCED} AND {MOVED}" if name == "survey_is_declared" else when, says)
    for name, event, table, when, says in OF_SURVEYS
] + [
    ("named_answer_is_of_named", "INSERT", "surveys_namedanswer", f"NOT {IS_NAMED}", ANONYMOUS),
    ("named_answer_is_too_late", "INSERT", "surveys_namedanswer", frozen.CLOSED, "The survey is closed."),
    (
        "named_answer_stays",
        "UPDATE",
        "surveys_namedanswer",
        f"{frozen.CLOSED} OR NOT {IS_NAMED} OR NEW.survey_id <> OLD.survey_id OR NEW.person_id <> OLD.person_id",
        "It stays with its survey and its person.",
    ),
    ("ballot_is_anonymous", "INSERT", "surveys_ballot", IS_NAMED, NAMED),
    ("answer_is_anonymous", "INSERT", "surveys_answer", IS_NAMED, NAMED),
    ("closed_answer_is_anonymous", "INSERT", "surveys_closedanswer", IS_NAMED, NAMED),
]


def drop_former(apps, schema_editor):
    frozen.drop_all(schema_editor, OF_SURVEYS)


def make_former(apps, schema_editor):
    frozen.make_all(schema_editor, OF_SURVEYS)


def make(apps, schema_editor):
    frozen.make_all(schema_editor, TRIGGERS)


def drop(apps, schema_editor):
    frozen.drop_all(schema_editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_results_for_everybody"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunPython(drop_former, make_former),
        migrations.AddField("survey", "is_named", models.BooleanField(default=False)),
        migrations.AddField("survey", "revision", models.PositiveIntegerField(default=1)),
        migrations.AddConstraint(
            "survey",
            models.CheckConstraint(
                condition=models.Q(("is_named", False), ("open_code", ""), _connector="OR"),
                name="survey_named_by_invitation",
            ),
        ),
        migrations.CreateModel(
            name="NamedAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=portal.codes.new_code, editable=False, max_length=12, unique=True)),
                ("group", models.SlugField(max_length=40)),
                ("unit", models.SlugField(blank=True, max_length=40)),
                ("answers", models.JSONField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_answers", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("survey", "person"), name="named_answer_once")],
            },
        ),
        migrations.RunPython(make, drop),
    ]
