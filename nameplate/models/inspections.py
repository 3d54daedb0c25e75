"""Quality control: inspections with a verdict on every unit, the plans that they go by, and what was measured."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from nameplate.models.text import BinaryText


class Verdict(models.TextChoices):
    """What an inspection says of one unit, or of a quantity."""

    WAITING = "waiting", "Waiting"
    PASSED = "passed", "Passed"
    SAMPLED = "sampled", "Passed by sample, not inspected"
    FAILED = "failed", "Failed"
    LEFT = "left", "Taken out"


class CheckKind(models.TextChoices):
    """What a check asks for."""

    NUMBER = "number", "Number"
    YES_NO = "yes-no", "Yes or no"
    TEXT = "text", "Text"
    FILE = "file", "File"


def _judged_or_waiting(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(verdict=Verdict.WAITING, judged=None) | ~Q(verdict=Verdict.WAITING), name=name)


def _reason_when_failed(name: str) -> models.CheckConstraint:
    failed = Q(verdict=Verdict.FAILED, reason__isnull=False) | (~Q(verdict=Verdict.FAILED) & Q(reason__isnull=True))
    return models.CheckConstraint(condition=failed, name=name)


class Inspection(models.Model):
    """What is particular to an inspection: the order on which what is inspected came, if there was one."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="inspection")
    source = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+")


class InspectionPlan(models.Model):
    """One version of what is checked of an item. Versions stay as they are: results keep the limits that they were judged by."""

    item = models.ForeignKey("Item", models.PROTECT, related_name="inspection_plans", db_index=False)
    version = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="inspection_plan_version")]


class PlanCheck(models.Model):
    """One named check of a plan. Limits are in millionths of its unit of measure, both ends in."""

    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="checks", db_index=False)
    position = models.IntegerField()
    name = models.CharField(max_length=100)
    name_key = BinaryText()
    kind = models.CharField(max_length=10, choices=CheckKind.choices)
    unit = models.CharField(max_length=20, blank=True, default="")
    lowest = models.BigIntegerField(null=True)
    highest = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_check_position"),
            models.UniqueConstraint(fields=["plan", "name_key"], name="plan_check_name"),
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="plan_check_kind_known"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(highest__gte=F("lowest")), name="plan_check_limits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InspectedUnit(models.Model):
    """One unit in an inspection, and what came of it. It waits in one inspection at a time."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="units", db_index=False)
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="inspections", db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.WAITING)
    reason = models.ForeignKey("Reason", models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True, default="")
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, null=True, related_name="+", db_index=False)
    """The version that it goes by, settled when the first of its item is looked at."""
    opened = models.ForeignKey("Entry", models.PROTECT, related_name="+")
    """The entry that put it into the inspection."""
    judged = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "serial"], name="inspected_unit_once"),
            models.UniqueConstraint(fields=["serial"], condition=Q(verdict="waiting"), name="inspected_unit_waits_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="inspected_unit_verdict_known"),
            _judged_or_waiting("inspected_unit_judged"),
            _reason_when_failed("inspected_unit_reason"),
        ]
        indexes = [
            models.Index(fields=["inspection", "id"], name="inspected_unit_inspection"),
            models.Index(fields=["serial", "id"], name="inspected_unit_serial"),
        ]


class InspectedGoods(models.Model):
    """A quantity of a lot without serial numbers in an inspection; what was judged of it stands in rows of its own."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="goods")
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="inspections")
    quantity = models.BigIntegerField()
    """In millionths."""
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.WAITING)
    reason = models.ForeignKey("Reason", models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True, default="")
    opened = models.ForeignKey("Entry", models.PROTECT, related_name="+")
    judged = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "lot"], condition=Q(verdict="waiting"), name="inspected_goods_wait_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inspected_goods_positive"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="inspected_goods_verdict_known"),
            _judged_or_waiting("inspected_goods_judged"),
            _reason_when_failed("inspected_goods_reason"),
        ]


class CheckResult(models.Model):
    """What a check found of one unit. Which of the values is set, its check's kind says."""

    inspected = models.ForeignKey(InspectedUnit, models.PROTECT, related_name="results", db_index=False)
    plan_check = models.ForeignKey(PlanCheck, models.PROTECT, related_name="results")
    number = models.BigIntegerField(null=True)
    """In millionths of the check's unit of measure."""
    text = models.TextField(blank=True, default="")
    """As typed; `yes` or `no`; the name of a file."""
    text_key = BinaryText(default="")
    """The same folded, for filters."""
    attachment = models.ForeignKey("Attachment", models.PROTECT, null=True, related_name="+", db_index=False)
    fits = models.BooleanField(null=True)
    """Whether it is within its limits, or yes; None where that is not asked."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspected", "plan_check"], name="check_result_once")]
