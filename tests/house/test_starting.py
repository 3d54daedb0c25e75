"""Nonsense in the environment stops the start with one sentence, which says what to write instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nameplate.cli import main
from tests.serving import ROOT, free_port

COMMANDS = ("serve", "migrate", "demo", "verify", "create-key anybody --name x")


def said_by(command: str, **environment: str) -> str:
    """The one sentence."""
    answer = subprocess.run(
        [sys.executable, "-m", "nameplate", *command.split()],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.startswith("nameplate: ")
    assert answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr


NONSENSE = {
    "NAMEPLATE_LOG_LEVEL": ("foo", "NAMEPLATE_LOG_LEVEL is “foo”; say debug, info, warning or error."),
    "NAMEPLATE_DEBUG": ("maybe", "NAMEPLATE_DEBUG is “maybe”; say 1 or 0."),
    "NAMEPLATE_THREADS": ("0", "NAMEPLATE_THREADS is “0”; say a whole number from 1 to 200."),
    "NAMEPLATE_TIME_ZONE": ("Mars/Base", "NAMEPLATE_TIME_ZONE is “Mars/Base”; say one like Europe/Tallinn."),
    "NAMEPLATE_SECRET_KEY": ("short", "NAMEPLATE_SECRET_KEY is shorter than 40 characters"),
    "NAMEPLATE_DATA": ("/dev/null/data", "NAMEPLATE_DATA is “/dev/null/data”, where nothing can be written (Not a directory)"),
    "NAMEPLATE_ALLOWED_HOSTS": (
        "stock.example.com, https://a",
        "NAMEPLATE_ALLOWED_HOSTS has “https://a”; say names without “https://” and port",
    ),
    "DATABASE_URL": ("mysql://host/name", "DATABASE_URL begins with “mysql”; say postgres://… or sqlite:////folder/file."),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_each_setting_says_what_it_takes(name: str) -> None:
    value, sentence = NONSENSE[name]
    assert sentence in said_by("verify", **{name: value})


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgres://ada:se/cret@host:5432/name", "DATABASE_URL cannot be read; say postgres://"),
        ("postgres://ada:secret@host:abc/name", "DATABASE_URL cannot be read; say postgres://"),
        ("postgres://ada:secret@host:99999/name", "DATABASE_URL cannot be read; say postgres://"),
        ("postgres://ada:secret@[host/name", "DATABASE_URL cannot be read; say postgres://"),
        ("postgres://ada:secret@host", "DATABASE_URL names no database"),
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated_with_its_password(url: str, sentence: str) -> None:
    said = said_by("verify", DATABASE_URL=url)
    assert sentence in said
    assert "cret" not in said


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite"])
def test_an_address_without_a_file(url: str) -> None:
    assert "DATABASE_URL names no file; say postgres://… or sqlite:////folder/file." in said_by("verify", DATABASE_URL=url)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "migrate"])
def test_a_database_that_is_not_migrated(command: str, tmp_path: Path) -> None:
    said = said_by(command, DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3")
    assert said == "nameplate: The database is not up to date. Run “nameplate migrate” first.\n"


@pytest.mark.parametrize("days", ["0", "-1", "99999999", "soon"])
def test_days_of_a_key_that_cannot_be(days: str) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["create-key", "ada", "--name", "x", f"--days={days}"])
    assert refused.value.code == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_is_not_there(command: str) -> None:
    said = said_by(command, DATABASE_URL=f"postgres://ada:secret@127.0.0.1:{free_port()}/name")
    assert said.startswith("nameplate: PostgreSQL cannot be reached at DATABASE_URL: connection failed")
    assert "secret" not in said


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_file_that_cannot_be_opened(command: str, tmp_path: Path) -> None:
    assert f"{tmp_path}/nowhere/file cannot be opened" in said_by(command, DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/file")
    (tmp_path / "letter").write_text("Dear Ada, this is no database at all, and long enough to be read as one." * 20)
    assert "file is not a database" in said_by(command, DATABASE_URL=f"sqlite:///{tmp_path}/letter")


def test_a_port_that_is_none() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "nameplate", "serve", "--port", "99999"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 2
    assert "“99999” is no port; say a whole number from 1 to 65535." in answer.stderr
    assert "Traceback" not in answer.stderr
