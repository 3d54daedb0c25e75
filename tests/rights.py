"""The authorisation matrix: every route of the site and its methods, and who may. A route without a row fails.

A row is `method,route,nobody,viewer,operator,manager,administrator`. `yes` means that the role is let in, whatever comes then (the body
may be nonsense, the thing may not be there); `no` that it is turned away: signed in with 403, not signed in with 401 or the sign-in page.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from nameplate.models import Role
from tests import proving

NOBODY = "nobody"
ROLES = (NOBODY, Role.VIEWER.value, Role.OPERATOR.value, Role.MANAGER.value, Role.ADMINISTRATOR.value)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Ask = Callable[[str, str, str], HttpResponseBase]
"""(role, method, route) → the answer."""


@dataclass(frozen=True)
class Matrix:
    """The rows of one file."""

    rows: Mapping[tuple[str, str], Mapping[str, str]]

    @classmethod
    def read(cls, path: Path) -> Matrix:
        with path.open(newline="") as file:
            return cls({(row["method"], row["route"]): row for row in csv.DictReader(file)})

    def differences(self, routes: list[str], ask: Ask) -> Iterator[str]:
        """What the file and the site do not agree on, a line each."""
        for route in sorted({route for _, route in self.rows} - set(routes)):
            yield f"{route}: in the file, but not on the site"
        # The entry is undone in any case: what is asked after this finds everything as the full form leaves it.
        always = set(routes) - {route for _, route in self.rows} | {route for route in routes if route.endswith("/reversal")}
        for route in drawn(routes, always=always):
            for method in METHODS:
                row = self.rows.get((method, route))
                if row is None:
                    if ask(Role.ADMINISTRATOR.value, method, route).status_code != 405:
                        yield f"{method} {route}: on the site, but not in the file"
                    continue
                for role in _tried(row):
                    answer = ask(role, method, route)
                    found = "no" if turned_away(answer) else "yes"
                    if found != row[role]:
                        yield f"{method} {route}: {role} is {found} ({answer.status_code}), and should be {row[role]}"
                    elif answer.status_code >= 500:
                        yield f"{method} {route}: fails for {role} with {answer.status_code}"


def drawn(routes: Iterable[str], *, always: Container[str] = ()) -> list[str]:
    """Every route in the full form; in the short one a third of them, drawn anew each run, besides those that are `always` looked at."""
    random = Random(proving.seed("rights"))
    return [route for route in routes if random.random() < proving.times(1, 3) / 3 or route in always]


def _tried(row: Mapping[str, str]) -> list[str]:
    """Every role in the full form; in the short one those on either side of each line between `no` and `yes`, which is where one moves."""
    if proving.PROVING:
        return list(ROLES)
    pairs = [pair for pair in pairwise(ROLES) if row[pair[0]] != row[pair[1]]]
    return sorted({role for pair in pairs for role in pair} or {ROLES[0], ROLES[-1]}, key=ROLES.index)


def turned_away(answer: HttpResponseBase) -> bool:
    """Whether the answer is that one may not."""
    to_sign_in = answer.status_code == 302 and "/account/login/" in answer.headers.get("Location", "")
    return answer.status_code in {401, 403} or to_sign_in


def routes_of(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every route of the site, as its patterns are written."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes_of(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def address(route: str, ids: Mapping[str, str]) -> str:
    """The route with ids in it: each stands behind the noun that it is an id of."""
    filled = re.sub(r"([a-z-]+)/<[^>]+>", lambda found: f"{found[1]}/{ids[found[1]]}", route.lstrip("^"))
    return f"/{filled}"
