"""Whether this installation works, for whoever watches it: a load balancer, a container's probe, `make run`.

Answered before anything else looks at the request: a probe knows neither the host's name nor a password, and must not be redirected.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


def health(get_response: Answer) -> Answer:
    """Middleware that answers /healthz and /readyz itself."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return get_response(request) if probe is None else probe()

    return answer


def healthz() -> HttpResponse:
    """200 while the database answers, 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError) as problem:
        return _plain(503, f"the database does not answer: {type(problem).__name__}")
    return _plain(200, "ok")


def readyz() -> HttpResponse:
    """200 while the database answers and is at this version's migrations, 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, OSError) as problem:
        return _plain(503, f"the database does not answer: {type(problem).__name__}")
    return _plain(503, f"{waiting} migrations are waiting") if waiting else _plain(200, "ready")


def _plain(status: int, text: str) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


PROBES: dict[str, Callable[[], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}
