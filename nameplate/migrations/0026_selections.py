"""Rows ticked in a list, kept so that an address can name them; bulk editing as a kind of job."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [("check", "Check of a file"), ("import", "Import"), ("export", "Export"), ("edit", "Bulk editing")]


class Migration(migrations.Migration):
    dependencies = [
        ("nameplate", "0025_arranging"),
    ]

    operations = [
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listing", models.CharField(max_length=60)),
                ("ids", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="job", name="job_kind_known"),
        migrations.AlterField(model_name="job", name="kind", field=models.CharField(choices=KINDS, max_length=10)),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="job_kind_known"),
        ),
    ]
