"""A component's history holds what was done to its products, at every level, while it was inside them, and nothing of before and after."""

from __future__ import annotations

import pytest

from nameplate.documents.lists import unit_history_paper
from nameplate.listings import history_of, unit_history
from nameplate.operations.assembling import Fate, Outcome, remove_components
from nameplate.operations.undoing import undo_entry
from tests.documents.reading import texts_of
from tests.workshop import Workshop


def told(workshop: Workshop, number: str, *, beyond: int | None = None, oldest: bool = False) -> tuple[list[tuple[str, str]], int | None]:
    """The acts of the history from the first to the last, each with its product; and where it goes on."""
    past = unit_history.history(actor=workshop.manager, unit_id=workshop.unit(number).pk, beyond=beyond, oldest=oldest)
    return [(step.act, step.product) for step in reversed(past.steps)], past.further


def listed(workshop: Workshop, number: str, **asked: str) -> list[tuple[str, str]]:
    """The same as the API and the PDF read it, page by page."""
    found, params = [], dict(asked)
    while True:
        page = history_of(workshop.unit(number).pk).read(params, actor=workshop.manager)
        assert page.errors == {}
        found += [(row["act"], row["product"] or "") for row in page.rows]
        if page.next is None:
            return found
        params["after"] = page.next


def test_what_is_done_to_a_product_is_read_on_what_was_inside_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = Workshop()
    pod = workshop.full_pod()
    shipped = workshop.ship(pod)
    undo_entry(actor=workshop.manager, entry_id=shipped.pk)
    workshop.ship(pod)
    workshop.bring_back(pod)
    outcome = Outcome(Fate.REJECTED, workshop.shelf.pk)
    remove_components(actor=workshop.manager, unit_ids=[workshop.unit("D2-1").pk], outcome=outcome, reason="Clicks")
    workshop.ship(pod)

    out = [("shipped", "POD-1"), ("undone", "POD-1"), ("shipped", "POD-1"), ("returned", "POD-1")]
    assert told(workshop, "D2-1")[0] == [("received by hand", ""), ("built", ""), *out, ("removed", "")]
    # The fan is in the module, which was put into the pod later than the fan into it.
    assert told(workshop, "F1-1")[0] == [("received by hand", ""), ("built", ""), ("built", "M1-1"), *out, ("shipped", "POD-1")]
    for number in ("D2-1", "F1-1", "POD-1"):
        assert listed(workshop, number, size="2") == told(workshop, number)[0]
    assert listed(workshop, "D2-1", sort="-seq", size="2") == told(workshop, "D2-1")[0][::-1]
    assert listed(workshop, "D2-1", product="=POD-1", kind="shipped") == [("shipped", "POD-1")] * 2
    paper = unit_history_paper(actor=workshop.manager, unit_id=workshop.unit("D2-1").pk)
    assert "POD-1" in "".join(texts_of(paper.content))
    [first] = [step for step in unit_history.history(actor=workshop.manager, unit_id=workshop.unit("D1-1").pk).steps if step.undone_by]
    assert (first.entry_id, first.product_id) == (shipped.pk, pod)

    # However the pages are cut, and whichever way round, each entry is on one of them.
    monkeypatch.setattr(unit_history, "PAGE", 1)
    for oldest in (False, True):
        pages, beyond = [], None
        while True:
            page, beyond = told(workshop, "D2-1", beyond=beyond, oldest=oldest)
            pages.append(page)
            if beyond is None:
                break
        in_order = [one for page in (pages if oldest else reversed(pages)) for one in page]
        assert in_order == [("received by hand", ""), ("built", ""), *out, ("removed", "")]
