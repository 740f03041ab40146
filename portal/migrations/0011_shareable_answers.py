from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_cards_of_a_department")]
    operations = [
        migrations.AlterField(
            model_name="shareable",
            name="kind",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("section", "section"),
                    ("item", "item"),
                    ("conversation", "conversation"),
                    ("card", "supervision card"),
                    ("answers", "answers to a survey"),
                ],
                max_length=12,
            ),
        ),
    ]
