"""What an operation asks the ledger to do: plain values, the same shape for one unit and for fifty thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nameplate.ledger.kinds import Kind
from nameplate.models import LotStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One kind done to every unit of a group.

    `to` holds placement columns that are the same for all of them, `each` those with a value per unit (in the group's order), `edits` what
    else changes per unit (`number`, `notes`, `warranty_until`, `custom.<name>`) as new values. `order_id` is the order for which a reserved
    unit may be taken. `status` in `to` chooses among several targets of a kind.
    """

    kind: Kind
    to: Mapping[str, Any] = field(default_factory=dict)
    each: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    edits: Sequence[Mapping[str, Any]] = ()
    line_id: int | None = None
    order_id: int | None = None
    destination_id: int | None = None
    """The site where the units should arrive, as their transfer order says."""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Units that have no row yet. `keys` and `sort_keys` belong to `numbers`, as `serial_text.prepare` makes them.

    `ids`, from `units.reserve` in the same transaction, lets other units of the act name them: parts that are built into new products.
    """

    item_id: int
    numbers: Sequence[str]
    keys: Sequence[str]
    sort_keys: Sequence[str]
    custom: Sequence[Mapping[str, Any] | None] = ()
    ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Units, known by id or new, and the steps done to each of them in turn."""

    steps: Sequence[Step]
    units: Sequence[int] = ()
    new: Newcomers | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """A change of the quantity of a lot at a location, and of what of it is on hold or reserved for the line, in millionths.

    For items without serial numbers.
    """

    lot_id: int
    location_id: int
    change: int
    line_id: int | None = None
    parent_id: int | None = None
    held: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class LotChange:
    """A lot gets this status, and these values of its own columns (`lots.EDITABLE`)."""

    lot_id: int
    status: LotStatus
    edits: Mapping[str, Any] = field(default_factory=dict)
