"""What was edited of units and lots, in words for paper and files: fields and options by their labels, a cost as an amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nameplate.models import CustomField, FieldKind
from nameplate.quantities import from_micro

LABELS = {"vendor_batch": "Vendor batch", "expires_on": "Expires on", "cost": "Cost of one", "notes": "Notes", "hold": "On hold"}
"""What the values of a lot are called that are called otherwise elsewhere, or that its page tells of."""
_COSTS = frozenset({"cost"})


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for the edits of one noun, whose custom fields are known by the names that edits have for them."""

    fields: Mapping[str, CustomField] = field(default_factory=dict)

    @classmethod
    def of(cls, noun: str) -> Wording:
        """With the custom fields of the noun, archived ones too. One statement."""
        return cls({f"custom.{one.slug}": one for one in CustomField.objects.of(noun)})

    def label(self, name: str) -> str:
        """The field as people know it."""
        own = self.fields.get(name)
        return own.name if own else LABELS.get(name) or name.removeprefix("custom.").replace("_", " ").capitalize()

    def value(self, name: str, value: object) -> str:
        """A stored value as people read it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        own = self.fields.get(name)
        if own is not None and own.kind == FieldKind.CHOICE:
            return next((str(option["label"]) for option in own.options if option["slug"] == value), str(value))
        return f"{from_micro(value):f}" if name in _COSTS and isinstance(value, int) else str(value)

    def told(self, edits: Iterable[tuple[str, object, object]]) -> str:
        """Edits (name, before, after) in a line: “Warranty until: nothing → 2027-03-31; Grade: A → B”."""
        return "; ".join(
            f"{self.label(name)}: {self.value(name, before) or 'nothing'} → {self.value(name, after) or 'nothing'}"
            for name, before, after in edits
        )


PLAIN = Wording()
"""Where nobody looks up custom fields."""
