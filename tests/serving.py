"""The served product, as people run it: its own command, in processes of its own, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import databases

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A running product. `url` has no slash at its end."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """What a power cut does: every process of it ends at once, with nothing tidied up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to stop, wait until it has, return its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)


@contextmanager
def served(database: str, **environment: str) -> Iterator[Served]:
    """Serve this database (a name from `databases`) until the block ends; stopped or killed before is fine too."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nameplate-served-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "nameplate", "serve"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": databases.url(database), "PORT": str(port), **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        product = Served(url=f"http://127.0.0.1:{port}", process=process, log=log)
        try:
            _await_answer(product)
            yield product
        finally:
            try:
                product.stop()
            finally:
                _end_group(process.pid)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _await_answer(product: Served) -> None:
    """Until /healthz says 200. A product that ends first has said why in its log."""
    until = time.monotonic() + PATIENCE
    while not answers(product.url):
        try:
            status = product.process.wait(0.05)
        except subprocess.TimeoutExpired:
            status = None
        if status is not None or time.monotonic() > until:
            raise RuntimeError(f"The product did not come up (exit status {status}):\n{product.log.read_text()}")


def answers(url: str) -> bool:
    """Whether a product at this address says that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _end_group(leader: int) -> None:
    """Nothing of it outlives the test, not even a worker whose parent was killed."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
