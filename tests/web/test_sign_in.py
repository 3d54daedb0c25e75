"""Nobody gets in without an account, and guessing passwords ends soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from nameplate.models import Role, User
from tests import world

PASSWORD = "correct-horse-battery"
LOGIN = "/account/login/"

PUBLIC = {"account/login/", "account/logout/", "account/inactive/", "api/v1/openapi.json", "^api/"}
"""What anybody may open: the way in and out, the API's description, and the answer that below /api there is nothing else."""


@pytest.fixture
def person(db: None) -> User:
    return world.user(role=Role.OPERATOR, username="mari", password=PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, username: str = "mari", **headers: str) -> tuple[int, str]:
    answer = client.post(LOGIN, {"login": username, "password": password}, headers=headers)
    return answer.status_code, answer.content.decode()


def test_the_right_password_opens_and_makes_a_new_session(client: Client, person: User) -> None:
    client.get(LOGIN)
    before = client.session.session_key
    status, _ = sign_in(client)
    assert status == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.session_key != before


def test_a_wrong_password_says_so_without_saying_which_half_is_wrong(client: Client, person: User) -> None:
    known, unknown = sign_in(client, "wrong"), sign_in(client, "wrong", username="nobody")
    sentence = "The user name or the password is wrong."
    assert sentence in known[1]
    assert sentence in unknown[1]


def test_five_wrong_passwords_lock_the_account_for_a_while(client: Client, person: User) -> None:
    for _ in range(5):
        assert "The user name or the password is wrong." in sign_in(client, "wrong")[1]
    status, page = sign_in(client)
    assert status == 200
    assert "Too many wrong passwords" in page
    assert "Wait five minutes" in page


def test_another_host_name_or_another_case_does_not_count_afresh(client: Client, person: User) -> None:
    for port in range(5):
        sign_in(client, "wrong", username="MARI" if port % 2 else "mari", host=f"localhost:{port + 1}")
    assert "Too many wrong passwords" in sign_in(client, host="127.0.0.1")[1]


def test_many_names_from_one_address_are_stopped_too(client: Client, person: User) -> None:
    for number in range(10):
        sign_in(client, "wrong", username=f"guess-{number}")
    assert "Too many wrong passwords" in sign_in(client)[1]


def test_more_than_thirty_attempts_a_minute_are_answered_with_429(client: Client, person: User) -> None:
    statuses = [sign_in(client, "")[0] for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_an_account_that_is_switched_off_stays_out(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_changing_the_password_ends_every_session(client: Client, person: User) -> None:
    other = Client()
    for one in (client, other):
        sign_in(one)
    new = "another-horse-battery"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    for one in (client, other):
        assert one.get("/").headers["Location"].startswith(LOGIN)
    assert sign_in(client, new)[0] == 302


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "login/code/"])
def test_what_is_not_offered_has_no_address(client: Client, person: User, path: str) -> None:
    client.force_login(person)
    assert client.get(f"/account/{path}").status_code == 404


def test_every_address_but_the_public_ones_asks_for_a_sign_in(client: Client, db: None) -> None:
    addresses = dict(_addresses(get_resolver().url_patterns))
    open_to_anybody = {route for route, example in addresses.items() if not _asks(client, route, f"/{example}")}
    assert open_to_anybody == PUBLIC


def _asks(client: Client, route: str, address: str) -> bool:
    """Whether reading and writing there both ask who it is: a page sends to the sign-in, the API says 401."""
    answers = [client.get(address), client.post(address)]
    if route.startswith("api/"):
        return {401} <= {answer.status_code for answer in answers} <= {401, 405}
    return all(answer.status_code == 302 and answer.headers["Location"].startswith(f"{LOGIN}?next=") for answer in answers)


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Each route of the site, and an address that it answers: every part that varies is 1."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            parts = [part.partition(">") for part in route.split("<")]
            yield route, parts[0][0] + "".join(f"1{rest}" for _, _, rest in parts[1:])
