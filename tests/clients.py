"""Django's test clients, all of which go through one chain of middleware, as all requests to a served product do."""

from __future__ import annotations

from typing import Any

from django.test.client import ClientHandler


def share_middleware() -> None:
    """Build the chain once. Django builds one a client, for which WhiteNoise looks at every static file: half of what a test took."""
    build = ClientHandler.load_middleware
    chain: dict[str, Any] = {}

    def load(handler: ClientHandler, is_async: bool = False) -> None:
        if not chain:
            before = set(vars(handler))
            build(handler, is_async)
            chain.update({name: value for name, value in vars(handler).items() if name not in before})
        vars(handler).update(chain)

    ClientHandler.load_middleware = load  # type: ignore[method-assign, assignment]
