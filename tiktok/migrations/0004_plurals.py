"""Names as the admin writes them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tiktok", "0003_connect_links"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="oauthstate",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "verbose_name": "OAuth state",
                "verbose_name_plural": "OAuth states",
            },
        ),
    ]
