"""The product as people run it: its own command, in processes of its own, asked over HTTP on a connection that stays open."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import psutil

from bench.databases import ROOT, environment

PATIENCE = 60.0
RESTED = 2.0


@dataclass
class Answer:
    """What came, and after how many seconds the last byte of it."""

    seconds: float
    status: int
    body: bytes
    headers: list[tuple[str, str]]

    def json(self) -> Any:
        """The body as plain values; anything but success ends the run."""
        if self.status >= 300:
            raise RuntimeError(f"The product answered {self.status}: {self.body[:2000].decode(errors='replace')}")
        return orjson.loads(self.body)


@dataclass
class Client:
    """One connection. With a key it is a program, with cookies a browser."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None
    used: float = 0.0
    """When the connection was used last; one that has rested may be closed from the other side just as we ask."""

    def ask(self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json") -> Answer:
        """Send one request and read the whole answer."""
        if self.connection is None or time.monotonic() - self.used > RESTED:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = {**self.headers, **({"Content-Type": content_type} if body is not None else {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        self.used = time.monotonic()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(seconds, response.status, content, response.getheaders())

    def get(self, path: str) -> Answer:
        """Read."""
        return self.ask("GET", path)

    def post(self, path: str, data: Any) -> Answer:
        """Write JSON."""
        return self.ask("POST", path, orjson.dumps(data))


@dataclass
class Product:
    """A running product."""

    port: int
    process: subprocess.Popen[bytes]

    def program(self, key: str) -> Client:
        """A client of the API."""
        return Client(self.port, {"Authorization": f"Bearer {key}"})

    def browser(self, username: str, password: str) -> Client:
        """A client of the pages, signed in."""
        client = Client(self.port)
        page = client.get("/account/login/").body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"login": username, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = client.ask("POST", "/account/login/", urlencode(form).encode(), "application/x-www-form-urlencoded")
        if answer.status != 302 or "sessionid" not in client.cookies:
            raise RuntimeError(f"Signing in was answered {answer.status}")
        return client

    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def resident(self) -> int:
        """Resident memory of all its processes, in bytes."""
        return sum(process.memory_info().rss for process in self._processes())

    def forget_peak(self) -> None:
        """Begin anew to note the highest resident memory."""
        for process in self._processes():
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The highest resident memory of each of its processes since `forget_peak`, together, in bytes."""
        found = 0
        for process in self._processes():
            status = Path(f"/proc/{process.pid}/status").read_text()
            found += int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024
        return found


@contextmanager
def served(url: str, **more: str) -> Iterator[Product]:
    """Serve this database until the block ends."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    with tempfile.NamedTemporaryFile(prefix="nameplate-bench-") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "nameplate", "serve"],
            cwd=ROOT,
            env=environment(url, PORT=str(port), **more),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        product = Product(port, process)
        try:
            _await(product, Path(log.name))
            yield product
        except BaseException:
            sys.stderr.write(Path(log.name).read_text()[-5000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _await(product: Product, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and product.process.poll() is None:
        with suppress(OSError):
            if Client(product.port).get("/healthz").status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The product did not come up:\n{log.read_text()}")
