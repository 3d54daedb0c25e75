"""One unit of an inspection: what its checks found, a photo, and its verdict."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.listings.inspection import UnitRow, inspected_unit
from nameplate.models import CheckKind, PlanCheck, ReasonKind, Verdict
from nameplate.operations import filing
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.photos import Photo
from nameplate.operations.inspecting.plans import limits_of
from nameplate.operations.inspecting.results import Found, Value, record_results
from nameplate.refusals import Invalid, Refused
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, day_field, new_key, text_field, whole_number
from nameplate.web.reasons import reason_choices

YES_NO = (("", "—"), ("yes", "Yes"), ("no", "No"))


class UnitForm(TypedForm):
    """What is said of one unit. A field for each check is added to it."""

    verdict = forms.ChoiceField(
        label="Verdict",
        choices=[("", "Not yet: only keep the results"), ("passed", "Passed"), ("failed", "Failed")],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.ChoiceField(label="Why it failed", choices=[], required=False)
    note = text_field("Note", "Stands beside the verdict.")
    happened_on = day_field("Happened on", "Empty for today.")
    photo = forms.FileField(label="Photo or file", help_text="Kept with the unit.", required=False)

    def add_checks(self, checks: list[PlanCheck], found: UnitRow) -> list[str]:
        """A field for each check, before the verdict; with what was found already. Their names."""
        standing = {result.plan_check.name_key: result.text for result in found.results}
        names = []
        for check in checks:
            name = f"check-{check.pk}"
            self.fields[name] = _control(check)
            self.initial[name] = standing.get(check.name_key, "") if check.kind != CheckKind.FILE else ""
            names.append(name)
        return names


def _control(check: PlanCheck) -> forms.Field:
    if check.kind == CheckKind.YES_NO:
        return forms.ChoiceField(label=check.name, choices=YES_NO, required=False)
    if check.kind == CheckKind.FILE:
        return forms.FileField(label=check.name, required=False)
    limits = limits_of(check)
    return text_field(check.name, limits[:1].upper() + limits[1:], inputmode="decimal" if check.kind == CheckKind.NUMBER else "text")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int, unit_id: int) -> HttpResponse:
    """The form of one unit; sent, its results are kept, and its verdict when there is one."""
    actor = viewing(request, "stock", "inspect")
    found, checks = inspected_unit(actor=actor, inspection=pk, unit=unit_id)
    form = UnitForm(
        request.POST or None, request.FILES or None, initial={"idempotency_key": new_key(), "verdict": "failed" if found.misfits else ""}
    )
    form.set_choices("reason", reason_choices(ReasonKind.REJECTION))
    names = form.add_checks(checks, found)

    def act() -> tuple[str, str]:
        verdict = str(form.typed("verdict")["verdict"] or "")
        photos, values = _photos(form, checks, unit_id), _values(form, checks)
        results = [Found(unit_id, values)] if values else []
        if verdict not in {"passed", "failed"}:
            if not results and not photos:
                raise Invalid("nothing-judged", "Nothing is entered yet.", fields={"verdict": "Choose a verdict, or enter a result."})
            record_results(actor=actor, inspection=pk, found=results, photos=photos)
            return f"/inspections/{pk}", f"The results of {found.row.serial.number} are kept."
        typed = form.typed("reason", "note")
        reason = whole_number(str(typed["reason"] or "")) or None
        said = Said(unit_id, verdict == "passed", None if verdict == "passed" else reason, str(typed["note"] or ""))
        judge(actor=actor, inspection=pk, verdicts=[said], results=results, photos=photos, happened_on=form.day("happened_on"))
        return f"/inspections/{pk}", f"{found.row.serial.number} {verdict}."

    context: dict[str, Any] = {
        "found": found,
        "serial": found.row.serial,
        "paper": found.row.inspection.document,
        "at": f"/inspections/{pk}",
        "checks": [form[name] for name in names],
        "waits": found.row.verdict == Verdict.WAITING,
    }
    return form_page(request, form, "inspections/unit.html", act, context, tell=lambda refusal: _tell(form, checks, refusal))


def _values(form: UnitForm, checks: list[PlanCheck]) -> dict[str, Value]:
    """What was typed of each check."""
    typed = [check for check in checks if check.kind != CheckKind.FILE]
    values: dict[str, Value] = {check.name: str(form.typed(f"check-{check.pk}")[f"check-{check.pk}"] or "") for check in typed}
    return values if any(values.values()) or any(form.initial.get(f"check-{check.pk}") for check in typed) else {}


def _photos(form: UnitForm, checks: list[PlanCheck], unit_id: int) -> list[Photo]:
    """The files that were chosen: for the checks that ask for one, and besides."""
    answers = {"photo": "", **{f"check-{check.pk}": check.name for check in checks if check.kind == CheckKind.FILE}}
    chosen = {name: file for name in answers if isinstance(file := form.files.get(name), UploadedFile)}
    return [Photo(unit_id, file.name or "", file.read(filing.LARGEST + 1), answers[name], name) for name, file in chosen.items()]


def _tell(form: UnitForm, checks: list[PlanCheck], refusal: Refused) -> None:
    """Put what is wrong with a result beside its field."""
    for check in checks:
        for offender in refusal.offenders:
            if offender.why.startswith(f"{check.name}: "):
                form.add_error(f"check-{check.pk}", offender.why.removeprefix(f"{check.name}: "))
    if any("say why it failed" in offender.why for offender in refusal.offenders):
        form.add_error("reason", "Choose why it failed.")


paths = [path("inspections/<int:pk>/serials/<int:unit_id>", page)]
