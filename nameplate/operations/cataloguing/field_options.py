"""The options of a choice: in order, renamed everywhere at once, and archived rather than forgotten once the field was used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from nameplate.operations.cataloguing.texts import Text, read_texts
from nameplate.serial_text import fold

MOST_OPTIONS = 200
LONGEST_SLUG = 40
LABEL = {"label": Text("Option", 60, identifier=True)}


class Option(TypedDict, total=False):
    """One option. `slug` names one that stands already, so that a new label renames it."""

    slug: str
    label: str
    archived: bool


def options_of(
    given: Sequence[Option | str], stands: Sequence[Mapping[str, Any]], *, keep: bool, wrong: dict[str, str]
) -> list[dict[str, Any]]:
    """The options in the order given. `keep`: those of `stands` that are not named stay, archived, since values may hold them."""
    known = {str(option["slug"]): option for option in stands}
    found: dict[str, dict[str, Any]] = {}
    for one in given:
        option: Mapping[str, Any] = {"label": one} if isinstance(one, str) else one
        label = _label(option.get("label", ""), wrong)
        slug = str(option.get("slug") or "")
        if not label and not slug:
            continue
        if slug and slug not in known:
            wrong["options"] = f"There is no option “{slug[:40]}”."
            continue
        # A label that an archived option bears already means that option.
        slug = slug or _same(label, stands, found) or slug_of(label, {*known, *found}, otherwise="option")
        found[slug] = {"slug": slug, "label": label or known[slug]["label"], "archived": bool(option.get("archived", False))}
    rest = {slug: {**option, "archived": True} for slug, option in known.items() if slug not in found} if keep else {}
    options = [*found.values(), *rest.values()]
    _check(options, wrong)
    return options


def slug_of(name: str, taken: set[str], *, otherwise: str) -> str:
    """A name for programs: small letters, digits and `_`, none of `taken`; `otherwise` where nothing of `name` is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_SLUG - 4].rstrip("_") or otherwise
    return next(slug for number in range(1, len(taken) + 2) if (slug := stem if number == 1 else f"{stem}_{number}") not in taken)


def labels_of(options: Sequence[Mapping[str, Any]]) -> str:
    """The options as the log writes them."""
    return ", ".join(f"{option['label']} (archived)" if option["archived"] else str(option["label"]) for option in options)


def _label(text: object, wrong: dict[str, str]) -> str:
    problems: dict[str, str] = {}
    label = read_texts(LABEL, {"label": text}, problems).get("label", "")
    if problems:
        wrong["options"] = problems["label"]
    return label


def _same(label: str, stands: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> str:
    return next((str(option["slug"]) for option in stands if fold(option["label"]) == fold(label) and option["slug"] not in found), "")


def _check(options: Sequence[Mapping[str, Any]], wrong: dict[str, str]) -> None:
    live = [fold(option["label"]) for option in options if not option["archived"]]
    if not live:
        wrong.setdefault("options", "A choice needs at least one option.")
    elif len(set(live)) < len(live):
        twice = next(option["label"] for option in options if live.count(fold(option["label"])) > 1)
        wrong.setdefault("options", f"“{twice}” stands there twice.")
    elif len(options) > MOST_OPTIONS:
        wrong.setdefault("options", f"At most {MOST_OPTIONS} options.")
