import django.db.models.deletion
from django.db import migrations, models

import portal.codes


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_placements_end_grants"),
        ("surveys", "0002_frozen"),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "survey",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="result",
                        serialize=False,
                        to="surveys.survey",
                    ),
                ),
                ("printed_at", models.DateTimeField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=20)),
                (
                    "document",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.document"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("printed_at", None), ("document__isnull", False), _connector="OR"),
                        name="result_frozen_then_printed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refusal", ""), ("printed_at__isnull", False), _connector="OR"),
                        name="result_refused_when_printed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextToCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=portal.codes.new_code, editable=False, max_length=12, unique=True)),
                ("item", models.CharField(max_length=90)),
                ("group", models.SlugField(max_length=40)),
                ("place", models.PositiveIntegerField()),
                ("words", models.TextField(max_length=2000)),
                ("is_checked", models.BooleanField(default=False)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="surveys.survey"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("is_checked", False)), fields=["survey"], name="text_waiting")
                ],
                "constraints": [models.UniqueConstraint(fields=("survey", "place"), name="text_place_once")],
            },
        ),
    ]
