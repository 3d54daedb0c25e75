"""Quality control: inspections, their plans and results; which items require it; the counter of the inspections' numbers."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import nameplate.models.text


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counter in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE nameplate_number_qc" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('qc', 0)"
        )


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0017_movement_reports")]
    operations = [
        migrations.AddField(model_name="item", name="requires_inspection", field=models.BooleanField(default=False)),
        migrations.RemoveConstraint(model_name="reason", name="reason_kind_known"),
        migrations.AlterField(
            model_name="reason",
            name="kind",
            field=models.CharField(choices=[("write-off", "Write-off"), ("return", "Return"), ("rejection", "Rejection")], max_length=10),
        ),
        migrations.AddConstraint(
            model_name="reason",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["write-off", "return", "rejection"])), name="reason_kind_known"
            ),
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="inspection",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.document"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InspectionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="inspection_plans", to="nameplate.item"
                    ),
                ),
                ("version", models.IntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "version"), name="inspection_plan_version")],
            },
        ),
        migrations.CreateModel(
            name="PlanCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="nameplate.inspectionplan"
                    ),
                ),
                ("position", models.IntegerField()),
                ("name", models.CharField(max_length=100)),
                ("name_key", nameplate.models.text.BinaryText()),
                (
                    "kind",
                    models.CharField(
                        choices=[("number", "Number"), ("yes-no", "Yes or no"), ("text", "Text"), ("file", "File")], max_length=10
                    ),
                ),
                ("unit", models.CharField(blank=True, default="", max_length=20)),
                ("lowest", models.BigIntegerField(null=True)),
                ("highest", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "position"), name="plan_check_position"),
                    models.UniqueConstraint(fields=("plan", "name_key"), name="plan_check_name"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["number", "yes-no", "text", "file"])), name="plan_check_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lowest__isnull", True), ("highest__isnull", True), ("highest__gte", models.F("lowest")), _connector="OR"
                        ),
                        name="plan_check_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspection",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="units", to="nameplate.inspection"
                    ),
                ),
                (
                    "serial",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="nameplate.serial"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("passed", "Passed"),
                            ("sampled", "Passed by sample, not inspected"),
                            ("failed", "Failed"),
                            ("left", "Taken out"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.reason"
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="nameplate.inspectionplan",
                    ),
                ),
                ("opened", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.entry")),
                (
                    "judged",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.entry"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["inspection", "id"], name="inspected_unit_inspection"),
                    models.Index(fields=["serial", "id"], name="inspected_unit_serial"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("inspection", "serial"), name="inspected_unit_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("verdict", "waiting")), fields=("serial",), name="inspected_unit_waits_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["waiting", "passed", "sampled", "failed", "left"])),
                        name="inspected_unit_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged", None), ("verdict", "waiting")),
                            models.Q(("verdict", "waiting"), _negated=True),
                            _connector="OR",
                        ),
                        name="inspected_unit_judged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason__isnull", False), ("verdict", "failed")),
                            models.Q(models.Q(("verdict", "failed"), _negated=True), ("reason__isnull", True)),
                            _connector="OR",
                        ),
                        name="inspected_unit_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectedGoods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspection",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="goods", to="nameplate.inspection"),
                ),
                ("lot", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="nameplate.lot")),
                ("quantity", models.BigIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("passed", "Passed"),
                            ("sampled", "Passed by sample, not inspected"),
                            ("failed", "Failed"),
                            ("left", "Taken out"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.reason"
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("opened", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.entry")),
                (
                    "judged",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.entry"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("verdict", "waiting")), fields=("inspection", "lot"), name="inspected_goods_wait_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="inspected_goods_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["waiting", "passed", "sampled", "failed", "left"])),
                        name="inspected_goods_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged", None), ("verdict", "waiting")),
                            models.Q(("verdict", "waiting"), _negated=True),
                            _connector="OR",
                        ),
                        name="inspected_goods_judged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason__isnull", False), ("verdict", "failed")),
                            models.Q(models.Q(("verdict", "failed"), _negated=True), ("reason__isnull", True)),
                            _connector="OR",
                        ),
                        name="inspected_goods_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspected",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="results", to="nameplate.inspectedunit"
                    ),
                ),
                (
                    "plan_check",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="results", to="nameplate.plancheck"),
                ),
                ("number", models.BigIntegerField(null=True)),
                ("text", models.TextField(blank=True, default="")),
                ("text_key", nameplate.models.text.BinaryText(default="")),
                (
                    "attachment",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.attachment"
                    ),
                ),
                ("fits", models.BooleanField(null=True)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("inspected", "plan_check"), name="check_result_once")],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
