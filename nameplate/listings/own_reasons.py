"""Why something was done to one unit, where the act has reasons of several: parts that failed on the bench when products were finished."""

from __future__ import annotations

from nameplate.ledger.kinds import Kind

BUILT = "built"
"""The act that finishes products; its reason is what its failed parts had, and nobody else's."""


def failure_of(movement: str) -> str:
    """SQL: what was wrong with the unit of this movement, if it failed in its act."""
    return f"(SELECT f.reason FROM nameplate_failedpart f WHERE f.serial_id = {movement}.serial_id AND f.entry_id = {movement}.entry_id)"


def reason_of(movement: str, entry: str) -> str:
    """SQL: the reason of the act as far as it is the unit's own."""
    of_all = f"CASE WHEN {movement}.kind = {Kind.REJECTED.value} THEN {entry}.reason ELSE '' END"
    return f"CASE WHEN {entry}.act = '{BUILT}' THEN COALESCE({failure_of(movement)}, {of_all}) ELSE {entry}.reason END"
