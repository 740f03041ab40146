from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_cards_of_a_department"),
        ("surveys", "0003_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(
                condition=models.Q(("audience", "everybody")), fields=["audience"], name="survey_for_everybody"
            ),
        ),
    ]
