"""Who may: the rights of each role in each section, as data, and the one question every operation asks first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, get_args

from nameplate.refusals import Forbidden

Section = Literal["stock", "purchasing", "production", "sales", "catalogue", "settings"]
Right = Literal["view", "create", "edit", "delete", "backdate", "approve", "inspect", "count"]

SECTIONS: tuple[Section, ...] = get_args(Section)
RIGHTS: tuple[Right, ...] = get_args(Right)

_ALL: frozenset[Right] = frozenset({"view", "create", "edit", "delete", "backdate"})
_KEEP: frozenset[Right] = _ALL | {"inspect", "count"}
_BUY: frozenset[Right] = _ALL | {"approve"}
_LOOK: frozenset[Right] = frozenset({"view"})
_WORK: frozenset[Right] = frozenset({"view", "create", "edit"})
_NONE: frozenset[Right] = frozenset()

MATRIX: Mapping[str, Mapping[Section, frozenset[Right]]] = {
    "administrator": {"stock": _KEEP, "purchasing": _BUY, "production": _ALL, "sales": _ALL, "catalogue": _ALL, "settings": _ALL},
    "manager": {"stock": _KEEP, "purchasing": _BUY, "production": _ALL, "sales": _ALL, "catalogue": _ALL, "settings": _LOOK},
    "operator": {"stock": _WORK, "purchasing": _LOOK, "production": _WORK, "sales": _LOOK, "catalogue": _LOOK, "settings": _NONE},
    "viewer": {"stock": _LOOK, "purchasing": _LOOK, "production": _LOOK, "sales": _LOOK, "catalogue": _LOOK, "settings": _NONE},
}
"""What each role may do. Archiving and canceling are `delete`; receiving is `create` in stock, undoing is `edit` in stock,
recording what happened before today is `backdate`, letting an order go out is `approve` in purchasing;
posting the differences of a count is `count` in stock;
planning, booking and building are `create` and `edit` in production; reserving, picking and shipping are `edit` in stock;
saying what passes and what fails is `inspect` in stock, not by whoever only receives it."""


class Actor(Protocol):
    """Whoever acts. Nobody signed in is an actor that is not active."""

    @property
    def is_active(self) -> bool:
        """Whether the account may act at all."""

    @property
    def role(self) -> str:
        """A role of the matrix; any other has no rights."""


def may(actor: Actor, section: Section, right: Right) -> bool:
    """Whether `actor` has `right` in `section`. Inactive accounts have none, and an unknown role has none."""
    if section not in SECTIONS or right not in RIGHTS:
        raise ValueError(f"There is no right “{right}” in a section “{section}”.")
    if not actor.is_active:
        return False
    return right in MATRIX.get(actor.role, {}).get(section, _NONE)


def require(actor: Actor, section: Section, right: Right) -> None:
    """Go on only if `actor` has `right` in `section`; refuse with `not-allowed` otherwise."""
    if may(actor, section, right):
        return
    if not actor.is_active:
        message = "This account is switched off, so it has no rights."
    else:
        message = f"Your role ({actor.role or 'none'}) does not include “{right}” in {section}."
    raise Forbidden("not-allowed", message, way_out="Ask an administrator for a role that includes it.")
