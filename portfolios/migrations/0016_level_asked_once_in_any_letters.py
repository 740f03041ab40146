import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolios", "0015_level_decided_with"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="supervisionlevel",
            name="level_asked_once",
        ),
        migrations.AddConstraint(
            model_name="supervisionlevel",
            constraint=models.UniqueConstraint(
                models.F("card"),
                django.db.models.functions.text.Lower("task"),
                condition=models.Q(("state", "asked")),
                name="level_asked_once",
            ),
        ),
    ]
