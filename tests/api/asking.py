"""A program that talks to the API: JSON in, JSON out, with a key or a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client

from nameplate.models import Role, User
from nameplate.operations import keys
from tests import world

ROOT = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.content)


@dataclass
class Program:
    """Whoever asks. `headers` go with every request."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`path` is below /api/v1 unless it begins with /api; `body` is sent as it is when it is bytes."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.generic(
            method,
            path if path.startswith("/api") else ROOT + path,
            content,
            "application/json" if body is not None else "",
            headers={**self.headers, **named},
        )
        chunks = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]
        return Answer(answer.status_code, answer.headers, b"".join(chunks))

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.ask("PATCH", path, body, **headers)

    def made(self, path: str, body: Any = None, **headers: str) -> Any:
        """What a POST made; it must have gone well."""
        answer = self.post(path, body, **headers)
        assert answer.status in {200, 201}, answer.content[:2000]
        return answer.json


def key_of(user: User) -> str:
    """A key that acts as `user`."""
    _, key = keys.create_key(actor=world.user(role=Role.ADMINISTRATOR), user=user, name="a test")
    return key


def program_of(user: User) -> Program:
    """A program with a key of this user's."""
    return Program({"Authorization": f"Bearer {key_of(user)}"})
