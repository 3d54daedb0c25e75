"""Every rule by which anything is refused has its words, and a way out that is there or a sentence why there is none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import resolve

import nameplate
from nameplate import refusals
from nameplate.explaining import ANSWERS, NOWHERE, explain
from nameplate.explaining.ways import ACTS, NOUNS, PAGES
from nameplate.models import Role
from nameplate.refusals import Cause, Conflict, Offender, Refused
from nameplate.web.refusal_rules import RULES
from tests import world
from tests.operations.selling import ids, shop

ROOT = Path(nameplate.__file__).parent
WORDS = {"unit", "list", "transfer", "cause", "undo", "again", *NOWHERE, *PAGES}
FAMILIES = {name for name, kind in vars(refusals).items() if isinstance(kind, type) and issubclass(kind, Refused)} | {"WrongKey"}
OPERATIONS = {
    name: re.sub(r"\{\w+\}", "1", address.removeprefix("/api/v1"))
    for name, _, address in (line.split() for line in (Path(__file__).parents[1] / "api" / "operations.txt").read_text().splitlines())
}


def raised() -> Iterator[str]:
    """The rules that stand in the code as texts, where a refusal of any family is made."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAMILIES and node.args:
                given = node.args[0]
                said = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                yield from (one.value for one in said if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_rule_has_its_words_and_its_ways() -> None:
    assert set(raised()) - RULES.keys() == set()
    assert RULES.keys() == ANSWERS.keys()
    assert all(words and set(words) <= WORDS for words in ANSWERS.values())


def test_every_way_leads_to_a_page_and_an_operation_that_there_are() -> None:
    numbers = dict.fromkeys(("unit", "lot", "transfer", "work", "return", "source", "inspection", "pick", "order_id"), 1)
    known = {**numbers, "order_noun": "customer-orders", "order_operation": "get_customer_order"}
    offered = {(act.operation.format(**known), act.href.format(**known)) for act in ACTS.values()}
    pages = {page.format(**known) for act in ACTS.values() for page in (act.page, act.page_of_many) if page}
    offered |= {(noun.operation, f"/{name}/1") for name, noun in NOUNS.items() if noun.operation}
    pages |= {f"/settings/{name}/1/edit" if noun.section == "settings" else f"/{name}/1" for name, noun in NOUNS.items()}
    offered |= {("create_reversal", "/entries/1/reversal"), ("create_selection", "/serials/selections")}
    assert {(name, OPERATIONS.get(name)) for name, _ in offered} == offered
    assert {operation for _, operation, _ in PAGES.values() if operation} <= OPERATIONS.keys()
    for page in {*pages, *PAGES, "/entries/1/reversal", "/transfer-orders/new", "/serials/selections"}:
        resolve(page.partition("?")[0])


@pytest.mark.parametrize("named", [True, False], ids=["units and causes named", "nothing named"])
def test_whoever_is_refused_by_any_rule_finds_a_way_out_or_why_there_is_none(db: None, named: bool) -> None:
    ours = shop()
    administrator = world.user(role=Role.ADMINISTRATOR)
    lot = ours.lot
    for rule in RULES:
        offenders = [Offender("D1", "so it is", ids("D1")[0]), Offender("D2", "so it is", ids("D2")[0])] if named else []
        causes = [Cause("lots", lot.pk, lot.number)] if named else []
        refused = Conflict(rule, "No.", offenders=offenders, causes=causes)
        told = explain(refused, administrator, path=f"/lots/{lot.pk}/serials", named=8)
        assert told.ways or told.nowhere, rule
        assert not (named and ANSWERS[rule][0] in {"unit", "list", "cause"}) or told.ways, rule
        for way in told.ways:
            resolve((way.page or "/").partition("?")[0])
