from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolios", "0017_products_have_versions")]
    operations = [
        migrations.AddConstraint(
            model_name="week",
            constraint=models.CheckConstraint(
                condition=models.Q(("monday__iso_week_day", 1)), name="week_begins_on_monday"
            ),
        ),
    ]
