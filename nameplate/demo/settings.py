"""How the demo company set Nameplate up for itself."""

from __future__ import annotations

from nameplate.models import ReasonKind, User
from nameplate.operations import company, reasons
from nameplate.operations.cataloguing import create_custom_field

REASONS = {
    ReasonKind.WRITE_OFF: ("Damaged in handling", "Failed on the bench", "Lost", "Used up in tests"),
    ReasonKind.REJECTION: ("Dead on arrival", "Out of limits", "Too slow", "Dented"),
    ReasonKind.RETURN: ("Defective", "Wrong item", "No longer needed", "Warranty", "Damaged in transit"),
}


def set_up(administrator: User) -> None:
    """The company's own data, its reasons, and the fields it added."""
    company.edit_company(
        actor=administrator,
        version=0,
        name="Kestrel Storage",
        address="Harbour Road 14\n10415 Tallinn\nEstonia",
        email="purchasing@kestrel.example",
        phone="+372 600 0140",
        currency="EUR",
    )
    for kind, names in REASONS.items():
        for name in names:
            reasons.create_reason(actor=administrator, kind=kind.value, name=name)
    create_custom_field(actor=administrator, noun="items", name="Capacity", kind="whole", help="Bytes, as the drive tells them.")
    create_custom_field(actor=administrator, noun="serials", name="Firmware", kind="text", help="As the drive tells it on the bench.")
    create_custom_field(actor=administrator, noun="serials", name="Burn-in", kind="choice", options=["passed", "repeated", "failed"])
    create_custom_field(actor=administrator, noun="serials", name="Tested on", kind="date")
