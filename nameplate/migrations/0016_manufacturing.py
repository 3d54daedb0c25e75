"""Manufacturing orders: their tables, and the counter of their numbers."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counter in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE nameplate_number_mo" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('mo', 0)"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('nameplate', '0015_fewer_foreign_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='status',
            field=models.CharField(choices=[('rfq', 'RFQ'), ('new', 'New'), ('approved', 'Approved'), ('ordered', 'Ordered'), ('shipped', 'Shipped'), ('received', 'Received'), ('scheduled', 'Scheduled'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('done', 'Done'), ('closed', 'Closed'), ('canceled', 'Canceled')], default='new', max_length=20),
        ),
        migrations.CreateModel(
            name='ManufacturingOrder',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='manufacturing_order', serialize=False, to='nameplate.document')),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('may_miss_parts', models.BooleanField(default=False)),
                ('location', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.location')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.site')),
            ],
        ),
        migrations.CreateModel(
            name='PartLine',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='part', serialize=False, to='nameplate.line')),
                ('each', models.BigIntegerField()),
                ('places', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('each__gt', 0)), name='part_line_each_positive')],
            },
        ),
        migrations.CreateModel(
            name='MissingPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(blank=True, default='', max_length=40)),
                ('quantity', models.BigIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='missing_parts', to='nameplate.entry')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='missing_parts', to='nameplate.line')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='missing_parts', to='nameplate.serial')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='missing_part_quantity_positive')],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
