from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolios", "0016_level_asked_once_in_any_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="profileproduct",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
