"""Returns: their tables, and the counter of their numbers."""

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
            "CREATE SEQUENCE nameplate_number_rma" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('rma', 0)"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('nameplate', '0024_vendor_returns'),
    ]

    operations = [
        migrations.CreateModel(
            name='Return',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='customer_return', serialize=False, to='nameplate.document')),
                ('customer_reference', models.CharField(blank=True, max_length=100)),
                ('address', models.TextField(blank=True)),
            ],
        ),
        migrations.AlterField(
            model_name='document',
            name='status',
            field=models.CharField(choices=[('rfq', 'RFQ'), ('new', 'New'), ('approved', 'Approved'), ('ordered', 'Ordered'), ('ready', 'Ready for shipment'), ('partly_shipped', 'Partly shipped'), ('shipped', 'Shipped'), ('received', 'Received'), ('scheduled', 'Scheduled'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('done', 'Done'), ('waiting_inspection', 'Waiting for inspection'), ('waiting_action', 'Waiting for action'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('canceled', 'Canceled')], default='new', max_length=20),
        ),
        migrations.CreateModel(
            name='Repair',
            fields=[
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='repair', serialize=False, to='nameplate.document')),
                ('work', models.TextField(blank=True, default='')),
                ('test', models.TextField(blank=True, default='')),
                ('passed', models.BooleanField(null=True)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='nameplate.document')),
            ],
        ),
        migrations.CreateModel(
            name='ReturnUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('complaint', models.TextField(blank=True, default='')),
                ('coming', models.BooleanField(default=True)),
                ('outcome', models.CharField(blank=True, choices=[('credit', 'Credit'), ('receipt_and_credit', 'Receipt and credit'), ('repair', 'Repair'), ('repair_and_ship_back', 'Repair and ship back'), ('replacement', 'Replacement'), ('reject_and_ship_back', 'Reject and ship back')], default='', max_length=24)),
                ('finding', models.TextField(blank=True, default='')),
                ('contradiction', models.TextField(blank=True, default='')),
                ('known', models.TextField(blank=True, default='')),
                ('settled', models.TextField(blank=True, default='')),
                ('shipped_on', models.DateField(null=True)),
                ('warranty_until', models.DateField(null=True)),
                ('customer_order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.document')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.line')),
                ('paper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='returned_units', to='nameplate.document')),
                ('reason', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.reason')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
                ('replaced_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
                ('replacement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stood_in', to='nameplate.serial')),
                ('serial', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='nameplate.serial')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
                ('shipment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'serial'), name='return_unit_once'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'credit', 'receipt_and_credit', 'repair', 'repair_and_ship_back', 'replacement', 'reject_and_ship_back'])), name='return_outcome_known'), models.CheckConstraint(condition=models.Q(('coming', True), ('received_by__isnull', True), _connector='OR'), name='return_unit_comes')],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
