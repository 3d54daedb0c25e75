"""The table of what a page of serial numbers should do names tests that are there."""

from __future__ import annotations

import ast
import re

from tests.serving import ROOT


def test_every_promise_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "manual-page.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text, re.MULTILINE)[2:]
    assert len(rows) > 25
    for promise, shown in rows:
        named = re.findall(r"`((?:operations/)?test_\w+\.py)::(\w+)`", shown)
        assert named, promise
        for file, test in named:
            part = ROOT / "tests" if "/" in file else ROOT / "tests" / "browser"
            tree = ast.parse((part / file).read_text(encoding="utf-8"))
            assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (promise, test)
