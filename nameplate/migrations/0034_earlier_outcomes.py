"""What was decided on a return before an act said otherwise, so that an undo gives it back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('nameplate', '0033_failed_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, default='', max_length=24)),
                ('finding', models.TextField(blank=True, default='')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.entry')),
                ('goods', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='nameplate.returngoods')),
                ('serial', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nameplate.serial')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='nameplate.returnunit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('goods__isnull', False)), fields=['goods'], name='earlier_outcome_of_goods')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('goods__isnull', True), ('serial__isnull', False), ('unit__isnull', False)), models.Q(('goods__isnull', False), ('serial__isnull', True), ('unit__isnull', True)), _connector='OR'), name='earlier_outcome_of_one')],
            },
        ),
    ]
