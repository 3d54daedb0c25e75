"""What was wrong with each part that failed on the bench."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("nameplate", "0032_returned_goods"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailedPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "entry",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="failed_parts", to="nameplate.entry"),
                ),
                (
                    "serial",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="failures", to="nameplate.serial"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("serial", "entry"), name="failed_part_once")],
            },
        ),
    ]
