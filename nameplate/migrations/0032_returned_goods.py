"""Goods on returns by quantity; a note and a photo on what nobody knows in a stock count."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('nameplate', '0031_sorting'),
    ]

    operations = [
        migrations.AddField(
            model_name='countscan',
            name='note',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='countscan',
            name='photo',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.filecontent'),
        ),
        migrations.CreateModel(
            name='ReturnGoods',
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
                ('quantity', models.BigIntegerField()),
                ('back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='came_back', to='nameplate.lot')),
                ('customer_order', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.document')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.line')),
                ('lot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.lot')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned_goods', to='nameplate.document')),
                ('reason', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.reason')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
                ('shipment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.document')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='return_goods_positive'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'credit', 'receipt_and_credit', 'repair', 'repair_and_ship_back', 'replacement', 'reject_and_ship_back'])), name='return_goods_outcome_known'), models.CheckConstraint(condition=models.Q(('coming', True), ('received_by__isnull', True), _connector='OR'), name='return_goods_come'), models.CheckConstraint(condition=models.Q(models.Q(('back__isnull', True), ('received_by__isnull', True)), models.Q(('back__isnull', False), ('received_by__isnull', False)), _connector='OR'), name='return_goods_in_a_lot')],
            },
        ),
    ]
