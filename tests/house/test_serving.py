"""The product as its command serves it: it comes up, answers probes, drains, and leaves one whole file behind."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from django.db import connection
from granian.constants import Interfaces
from pytest_django import DjangoDbBlocker

from nameplate import serving
from tests import databases, world
from tests.serving import ROOT, Served, free_port, served


@pytest.fixture(scope="module")
def running(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """The product for all tests that leave it as they found it."""
    with django_db_blocker.unblock(), databases.copied() as database:
        world.user(username="ada", password="correct-horse-battery")
        with served(database) as product:
            yield product


def test_probes_answer_whatever_host_they_ask_for(running: Served) -> None:
    for path, text in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = httpx.get(running.url + path, headers={"Host": "10.1.2.3"})
        assert (answer.status_code, answer.text) == (200, text)


def test_after_a_power_cut_it_comes_up_again_and_stopping_folds_the_log_into_the_file(committing: str) -> None:
    with served(committing) as product:
        product.kill()
    with served(committing) as product:
        assert httpx.get(f"{product.url}/readyz").status_code == 200
        connection.close()
        assert product.stop() == 0
    if connection.vendor == "sqlite":
        assert not Path(f"{committing}-wal").exists()
        assert databases.check_sqlite(committing) == "ok"


def test_a_database_without_migrations_is_refused(tmp_path: Path) -> None:
    said = _command("serve", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3", PORT=str(free_port()))
    assert said.returncode == 1
    assert "Run “nameplate migrate” first." in said.stderr


def test_a_port_in_use_is_named(committing: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = _command("serve", DATABASE_URL=databases.url(committing), PORT=port)
    assert said.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in said.stderr


def test_nonsense_in_the_environment_stops_the_start() -> None:
    said = _command("serve", PORT="eight thousand")
    assert said.returncode == 1
    assert "PORT is “eight thousand”" in said.stderr


def test_a_body_of_a_gigabyte_is_refused_before_it_is_sent(running: Served) -> None:
    for path in ("/accounts/login/", "/api/v1/serials"):
        client = _connection(running)
        client.putrequest("POST", path)
        client.putheader("Content-Length", str(10**9))
        client.endheaders()
        assert client.getresponse().status == 413
        client.close()


def test_a_body_without_end_is_cut_off(running: Served) -> None:
    client = _connection(running)
    client.putrequest("POST", "/api/v1/serials")
    client.putheader("Transfer-Encoding", "chunked")
    client.endheaders()
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with pytest.raises((BrokenPipeError, ConnectionResetError)):  # it hangs up rather than take a gigabyte
        client.send(piece for _ in range(1024))
    client.close()


def test_a_body_of_unsaid_length_is_read_like_any_other(running: Served) -> None:
    with httpx.Client(base_url=running.url) as client:
        client.get("/account/login/")
        form = urlencode({"login": "ada", "password": "correct-horse-battery", "csrfmiddlewaretoken": client.cookies["csrftoken"]})
        answer = client.post(
            "/account/login/", content=iter([form.encode()]), headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert answer.status_code == 302


def test_stopping_finishes_the_request_that_is_running(product: Served) -> None:
    parts = urlsplit(product.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as client, client.makefile("rb") as answer:
        client.sendall(
            b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert b" 100 " in answer.readline(), "the product has begun to read the body"
        product.process.terminate()
        client.sendall(b"0\r\n\r\n")
        assert answer.readline() == b"\r\n"
        assert b" 403 " in answer.readline(), "a form without its token; but answered"
    assert product.process.wait(60) == 0


def test_a_signal_that_comes_while_another_is_handled_keeps_nobody_waiting() -> None:
    """`make` passes on the signal that its whole group got: the second one found the lock taken by the thread that it interrupted."""
    server = serving.Server("nameplate.wsgi:application", interface=Interfaces.WSGI)
    with vars(server.main_loop_interrupt)["_cond"]:  # as it is held while the event is set
        second = threading.Thread(target=server.signal_handler_interrupt, daemon=True)
        second.start()
        second.join(10)
        assert not second.is_alive()
    assert server.main_loop_interrupt.wait(10)
    assert server.interrupt_signal


def _connection(product: Served) -> http.client.HTTPConnection:
    parts = urlsplit(product.url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def _command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nameplate", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
