"""On what was measured: the machine, the software, the state of the source."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.databases import ROOT

PACKAGES = ("django", "django-ninja", "granian", "psycopg", "orjson", "jinja2")


def facts(databases: list[str]) -> dict[str, str]:
    """What a reader needs in order to compare, by name."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": _system(),
        "python": platform.python_version(),
        "databases": ", ".join(databases),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "load before": ", ".join(f"{value:.1f}" for value in os.getloadavg()),
        "commit": commit(),
    }


def commit() -> str:
    """The commit in the work tree, and whether the tree is that commit."""
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=10"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()
