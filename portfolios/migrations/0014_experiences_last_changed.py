from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_cards_of_a_department"),
        ("portfolios", "0013_files_of_products"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="experience",
            index=models.Index(fields=["section", "-updated_at", "-shareable"], name="experience_last_changed"),
        ),
    ]
