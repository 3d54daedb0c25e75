"""Serving over HTTP: granian with as many threads as there are database connections, and a worker for jobs beside it."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from granian.constants import HTTPModes, Interfaces
from granian.server.mp import MPServer

from nameplate.jobs.keeping import kept_worker
from nameplate.jobs.worker import Worker

QUEUE = 128
"""Requests that may wait for a thread, per process; beyond them the kernel's backlog holds connections back."""


class Server(MPServer):
    """Granian, stopped by any number of signals at any moment.

    Its own handler sets an event in the thread that the signal interrupts. Where that thread is setting it already, as when `make` passes
    on the signal that its whole group got, it waits for itself for ever.
    """

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Told to stop."""
        self.interrupt_signal = True
        threading.Thread(target=self.main_loop_interrupt.set).start()


def serve(host: str, port: int) -> None:
    """Serve, and work on jobs, until SIGTERM or SIGINT; requests and the job that are running then are finished first."""
    refuse_unready(host, port)
    # The workers are forks of this process: they share its memory, and must not share a connection.
    close_database()
    print(f"Nameplate answers at http://{host}:{port}/", flush=True)
    with kept_worker():
        Server(
            "nameplate.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=workers(),
            blocking_threads=threads(),
            backpressure=threads() + QUEUE,
            workers_kill_timeout=30,
            respawn_failed_workers=True,
            process_name=None,
            log_enabled=False,
        ).serve()
    fold_log()


def work(*, until_idle: bool) -> None:
    """Work on what is queued, until SIGTERM or SIGINT; the job that is running then is finished first."""
    worker = Worker(until_idle=until_idle)
    worker.listen()
    worker.work()
    close_database()


def threads() -> int:
    """No more than there are pooled connections, so that no thread waits for one while it holds a request."""
    return settings.SERVING_THREADS


def workers() -> int:
    """One process on SQLite, where one writer at a time is the rule anyway; one per processor, to four, on PostgreSQL."""
    if connection.vendor == "sqlite":
        return 1
    return settings.SERVING_WORKERS or min(os.cpu_count() or 1, 4)


def refuse_unready(host: str, port: int) -> None:
    """Stop here, with one sentence, rather than serve an installation that is not as it must be."""
    try:
        call_command("check", databases=["default"], deploy=settings.PRODUCTION, fail_level="ERROR")
    except SystemCheckError as problem:
        sys.exit(str(problem))
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            sys.exit(f"Cannot listen on {host}:{port} ({problem.strerror}). Choose another port with PORT=.")


def fold_log() -> None:
    """Fold SQLite's write-ahead log into its file, so that a copy of the file alone is the whole database."""
    if connection.vendor == "sqlite" and Path(str(connection.settings_dict["NAME"])).exists():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    close_database()


def close_database() -> None:
    """Close this process's connection and its pool."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's wrapper has one
