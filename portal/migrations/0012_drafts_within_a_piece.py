from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0011_shareable_answers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="code",
            field=models.CharField(max_length=25),
        ),
    ]
