"""Forms that show and never judge: the operation decides, and its sentences stand beside what was typed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from nameplate.refusals import Invalid, Refused, Stale


class TypedForm(forms.Form):
    """What was typed, shown again as it was, with the refusal's sentence beside each field at fault."""

    use_required_attribute = False
    idempotency_key = forms.CharField(widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """Nothing is checked here: two judges would disagree one day."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def typed(self, *names: str) -> dict[str, Any]:
        """What was typed into these fields (into all that can be seen, when none is named)."""
        chosen = names or [name for name, field in self.fields.items() if not field.widget.is_hidden]
        return {
            name: self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name in chosen
            if name in self.fields
        }

    def set_choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """What can be chosen in a field, where that depends on what stands."""
        self._choice_field(name).choices = list(choices)

    def choices_of(self, name: str) -> list[tuple[str, str]]:
        """What can be chosen in a field."""
        return [(str(value), str(label)) for value, label in self._choice_field(name).widget.choices]

    def _choice_field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is no field to choose in")
        return field

    def day(self, name: str) -> dt.date | None:
        """The business date that was typed into this field; None for none. Refused: what is no date."""
        text = str(self.typed(name).get(name) or "").strip()
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            sentence = "Write the day like 2026-03-31."
            raise Invalid("bad-date", sentence, fields={name: sentence}) from None

    def tell(self, refusal: Refused) -> None:
        """Put the refusal's sentences beside their fields.

        After a stale edit the form takes the version that stands now, and in place of a spent key a fresh one: it can be sent again.
        """
        for name, sentence in refusal.fields.items():
            if name in self.fields:
                self.add_error(name, sentence)
        if isinstance(refusal, Stale) and isinstance(theirs := refusal.extra.get("theirs"), dict):
            self.show_instead("version", str(theirs["version"]))
        if key_is_spent(refusal):
            self.show_instead("idempotency_key", new_key())

    def show_instead(self, name: str, value: str) -> None:
        """Show `value` in a field instead of what was sent; everything else that was typed stays."""
        data = QueryDict(mutable=True)
        data.update(self.data)  # keeps every value of a field that has several
        data[self.add_prefix(name)] = value
        self.data = data


class EditForm(TypedForm):
    """A form for something that stands already: it remembers which version was seen."""

    version = forms.CharField(widget=forms.HiddenInput)

    def seen_version(self) -> int:
        """The version that the form was made from; 0, which nothing has, for what is no number."""
        return whole_number(str(self.data.get("version", "")))


def key_is_spent(refusal: Refused) -> bool:
    """Whether the form's idempotency key is what stands in the way: used for something else, as after Back, or damaged."""
    return refusal.rule in {"key-reused", "bad-key"}


def new_key() -> str:
    """An idempotency key for one rendering of a form."""
    return str(uuid.uuid4())


def whole_number(text: str) -> int:
    """The number that is written there; 0, which is no id and no version, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def text_field(label: str, help_text: str = "", *, required: bool = False, **attributes: str) -> forms.CharField:
    """A line of text."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


def long_text_field(label: str, help_text: str = "", *, rows: int = 3, required: bool = False) -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows}))


def day_field(label: str, help_text: str = "") -> forms.CharField:
    """A business date."""
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def choosing_field(label: str, options: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    """Text that names one of many things; `options` is the id of the datalist that proposes them as one types."""
    return text_field(
        label,
        help_text,
        required=required,
        list=options,
        **{"hx-get": f"/options/{options}", "hx-trigger": "input changed delay:200ms", "hx-target": f"#{options}", "hx-swap": "innerHTML"},
    )
