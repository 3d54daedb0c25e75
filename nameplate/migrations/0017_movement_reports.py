"""The indexes that the reports of rejected and written-off units walk: partial, so that other acts write nothing into them."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q, Value


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0016_manufacturing")]
    operations = [
        migrations.AddIndex(
            "movement", models.Index(F("entry") * Value(2147483648) + F("serial"), condition=Q(kind=kind), name=f"movement_{name}")
        )
        for name, kind in (("rejected", 5), ("written_off", 24))
    ]
