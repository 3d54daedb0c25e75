"""Transfer orders: their tables, and the counter of their numbers."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counter in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE nameplate_number_to" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('to', 0)"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('nameplate', '0020_shipping'),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferExtra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=120)),
                ('known', models.TextField()),
                ('noted_at', models.DateTimeField(auto_now_add=True)),
                ('settled', models.TextField(blank=True, default='')),
                ('noted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_extras', to='nameplate.document')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='transfer', serialize=False, to='nameplate.line')),
                ('location', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.location')),
                ('lot', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.lot')),
            ],
        ),
        migrations.CreateModel(
            name='TransferOrder',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='transfer_order', serialize=False, to='nameplate.document')),
                ('shipped_on', models.DateField(blank=True, null=True)),
                ('finished', models.BooleanField(default=False)),
                ('destination', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.site')),
                ('location', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.location')),
                ('origin', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.site')),
            ],
        ),
        migrations.CreateModel(
            name='TransferUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfer_units', to='nameplate.document')),
                ('serial', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.serial')),
                ('taken_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'serial'), name='transfer_unit_once')],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
