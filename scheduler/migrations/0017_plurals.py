"""Names as the admin writes them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0016_numbers"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accountnumbers",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "verbose_name_plural": "account numbers",
            },
        ),
        migrations.AlterModelOptions(
            name="postnumbers",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "verbose_name_plural": "post numbers",
            },
        ),
        migrations.AlterModelOptions(
            name="publishingsettings",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "verbose_name_plural": "publishing settings",
            },
        ),
        migrations.AlterModelOptions(
            name="repeatcopy",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "ordering": ["day"],
                "verbose_name_plural": "repeat copies",
            },
        ),
    ]
