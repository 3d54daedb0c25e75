"""Many numbers in one place of a page: folded, the first shown, the others behind a word that counts them."""

from __future__ import annotations

import re

from django.template.loader import render_to_string

from nameplate.web.shown_numbers import shown_numbers


def text_of(numbers: list[str], most: int = 20) -> str:
    html = render_to_string("serials/numbers.html", {"numbers": shown_numbers(numbers, most=most)})
    return re.sub(r"<summary>(.*?)</summary>", r" [\1] ", html).replace('<details class="np-unfold">', "").replace("</details>", "").strip()


def test_the_first_are_shown_and_the_others_counted_and_unfolded() -> None:
    odd = [f"N{number}" for number in range(101, 141, 2)]
    assert text_of(odd) == ", ".join(odd)
    assert text_of([*odd, "B1", "B2", "B3", "C<1"]) == ", ".join(odd) + " [and 4 more] B1..B3, C&lt;1"
    assert text_of(["B1", "B2", "B3"], most=0) == "[and 3 more] B1..B3"


def test_thousands_do_not_unfold_on_a_page() -> None:
    told = text_of([f"N{number:05d}" for number in range(0, 3000, 2)])
    assert (told.count(", "), " [and 1,480 more] " in told, told.endswith(" and 980 more")) == (19 + 499, True, True)
