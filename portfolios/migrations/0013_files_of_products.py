from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_cards_of_a_department"), ("portfolios", "0012_first_steps")]

    operations = [
        migrations.AddField(
            model_name="profileproduct",
            name="files",
            field=models.ManyToManyField(blank=True, related_name="products", to="portal.storedfile"),
        ),
    ]
