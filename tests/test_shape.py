"""The shape of the code: layers, sizes, names, and settings that the README knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "misc", "shared", "base", "manager", "stuff"}

LONGER_FILES = {
    "tests/browser/test_every_page.py": "one list of all pages, each with the address at which it has something to show",
    "nameplate/ledger/kinds.py": "one table, printed as it stands by help page, API and tests; in two files nobody could read it down",
    "tests/ledger/test_histories.py": "one machine, whose rules are the acts: Hypothesis wants them in one class",
    "tests/ledger/test_races.py": "each race stands beside its control, which takes off the guard that the race is about",
    "tests/ledger/test_verify.py": "one mutation for each finding, so that none is forgotten",
    "tests/operations/test_receiving.py": "one act with all its refusals, which share an order and a shelf",
    "tests/text/test_entering.py": "one grammar: each property is tried on the same generated boxes",
}
"""Files that are longer than most, and why."""

LONGER_FUNCTIONS = {
    "tests/ledger/test_histories.py:asked": "what each kind of act needs, a case for each: the table's own length",
}
"""`file:function` that is longer than most, and why."""


def sources(*folders: str) -> list[Path]:
    """Python files that people write: migrations are made by Django."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_layers_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_files_are_short_or_say_why_not() -> None:
    long = {name(path) for path in sources("nameplate", "tests") if len(path.read_text().splitlines()) > MOST_LINES}
    assert long == LONGER_FILES.keys()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with how many lines it has, its docstring aside."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None
            body = node.body[1:] if documented else node.body
            first = body[0].lineno if body else node.lineno
            yield node.name, (node.end_lineno or first) - first + 1


def test_functions_are_short_or_say_why_not() -> None:
    long = {
        f"{name(path)}:{function}"
        for path in sources("nameplate", "tests")
        for function, lines in functions(path)
        if lines > MOST_LINES_OF_A_FUNCTION
    }
    assert long == LONGER_FUNCTIONS.keys()


def test_names_of_modules_say_what_is_in_them() -> None:
    vague = {name(path) for path in sources("nameplate", "tests") if path.stem in VAGUE or VAGUE & set(path.parent.parts[-1:])}
    assert vague == set()


def test_nothing_is_left_to_be_done_later_or_passed_over() -> None:
    later = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
    silent = re.compile(r"except( \w+)?:\s*\n\s*pass\b")
    found = {name(path) for path in sources("nameplate", "tests") if later.search(text := path.read_text()) or silent.search(text)}
    assert found == set()


def test_no_test_is_skipped_or_sleeps_or_fakes_our_own_code() -> None:
    forbidden = re.compile(r"pytest\.(mark\.)?(skip|xfail)|unittest\.mock|\btime\.sleep\(|\bmocker\b|MagicMock")
    found = {name(path) for path in sources("tests") if path != Path(__file__).resolve() and forbidden.search(path.read_text())}
    assert found == set()


def settings_read() -> set[str]:
    """Environment variables that the settings read."""
    text = (ROOT / "nameplate/settings.py").read_text()
    return set(re.findall(r'"((?:NAMEPLATE_|DATABASE_)[A-Z_]+|PORT)"', text))


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert settings_read()
    assert {setting for setting in settings_read() if setting not in readme} == set()


@pytest.mark.parametrize("folder", ["nameplate", "tests"])
def test_every_package_is_one(folder: str) -> None:
    homes = {path.parent for path in sources(folder)}
    assert {name(home) for home in homes if not (home / "__init__.py").exists()} == set()


@pytest.mark.parametrize("folder", ["docs/guide", "docs/decisions"])
def test_the_index_names_every_page_by_its_title(folder: str) -> None:
    listed = re.findall(r"\[(.+)\]\(([\w-]+\.md)\)", (ROOT / folder / "README.md").read_text())
    pages = [page for page in (ROOT / folder).glob("*.md") if page.name != "README.md"]
    titles = {(re.sub(r"^# (\d+\. )?", "", page.read_text().splitlines()[0]), page.name) for page in pages}
    assert sorted(listed) == sorted(titles)


def test_what_the_type_checker_and_the_linter_are_told_to_overlook_has_its_reason_beside_it() -> None:
    bare = re.compile(r"# (type: ignore|noqa)(\[[\w, -]+\]|: [\w, ]+?)?\s*$", re.MULTILINE)
    assert [name(path) for path in sources("nameplate") if bare.search(path.read_text())] == []
