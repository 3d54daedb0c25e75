"""What one unit has to do with returns to vendors: under which it went, what came for it, and for what it came itself."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate.ledger import Kind, bulk

_ROWS = (
    "SELECT d.id, d.number, p.name, o.vendor_reference, d.status, m.serial_id, NULL, r.received_id, n.number, e.id "
    "FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id JOIN nameplate_document d ON d.id = e.document_id "
    "JOIN nameplate_vendorreturn o ON o.document_id = d.id JOIN nameplate_party p ON p.id = d.party_id "
    "LEFT JOIN nameplate_vendorreplacement r ON r.document_id = d.id AND r.sent_id = m.serial_id "
    "LEFT JOIN nameplate_serial n ON n.id = r.received_id "
    f"WHERE m.serial_id = %s AND m.kind = {Kind.SENT_TO_VENDOR.value} AND NOT EXISTS (SELECT 1 FROM nameplate_entry x "
    "JOIN nameplate_movement w ON w.entry_id = x.id AND w.serial_id = m.serial_id WHERE x.reverses_id = e.id) UNION ALL "
    "SELECT d.id, d.number, p.name, o.vendor_reference, d.status, r.sent_id, s.number, r.received_id, NULL, r.entry_id "
    "FROM nameplate_vendorreplacement r JOIN nameplate_document d ON d.id = r.document_id "
    "JOIN nameplate_vendorreturn o ON o.document_id = d.id JOIN nameplate_party p ON p.id = d.party_id "
    "JOIN nameplate_serial s ON s.id = r.sent_id WHERE r.received_id = %s AND r.sent_id <> %s ORDER BY 10"
)


@dataclass(frozen=True, slots=True)
class VendorStep:
    """A return to a vendor under which the unit went, or one for whose unit it came."""

    document_id: int
    document: str
    vendor: str
    vendor_reference: str
    status: str
    sent_id: int
    sent: str | None
    """The number of the unit that went, where that is another."""
    received_id: int | None
    """What came for it; None while nothing has."""
    received: str | None
    entry_id: int

    @property
    def came_back(self) -> bool:
        """Whether the unit that went came back itself."""
        return self.received_id == self.sent_id


def vendor_life(unit_id: int) -> list[VendorStep]:
    """Every one, oldest first, those that were undone left out. One statement."""
    return [VendorStep(*row) for row in bulk.query(_ROWS, [unit_id] * 3)]
