"""The command `nameplate`: everything that is done to an installation from its terminal."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

MOST_DAYS = 36_500
"""For which a key can be made: a hundred years."""


@dataclass(frozen=True)
class Console:
    """Whoever sits at the server's own terminal may do everything."""

    is_active: bool = True
    role: str = "administrator"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; the exit status is 0 when it did what it says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nameplate.settings")
    chosen = _parser().parse_args(arguments)
    import django
    from django.core.exceptions import ImproperlyConfigured

    from nameplate.refusals import Refused

    try:
        django.setup()
        if chosen.run is not _manage:
            from nameplate.reaching import reach_database, refuse_unmigrated

            reach_database()
            if chosen.run is not _migrate:
                refuse_unmigrated()
        chosen.run(chosen)
    except (ImproperlyConfigured, Refused) as problem:
        sys.exit(f"nameplate: {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nameplate", description="Serial-number tracking: every unit's whole life.")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="answer on the web, until told to stop")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=_port, default=None, help="port to listen on (PORT, or 8000)")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="work on jobs, until told to stop; “serve” has one beside it already")
    worker.add_argument("--until-idle", action="store_true", help="end when nothing is queued")
    worker.set_defaults(run=_worker)

    commands.add_parser("migrate", help="bring the database up to date").set_defaults(run=_migrate)

    demo = commands.add_parser("demo", help="fill an empty database with a demo company")
    demo.set_defaults(run=_demo)

    commands.add_parser("verify", help="prove that every unit's row is the fold of its ledger").set_defaults(run=_verify)

    user = commands.add_parser("create-user", help="make an account")
    user.add_argument("username")
    user.add_argument("--role", required=True, choices=["administrator", "manager", "operator", "viewer"])
    user.add_argument("--generate-password", action="store_true", help="make one and print it, instead of asking for it")
    user.set_defaults(run=_create_user)

    key = commands.add_parser("create-key", help="make an API key and print it once")
    key.add_argument("username", help="the account it acts as")
    key.add_argument("--name", required=True, help="what it is for")
    key.add_argument("--days", type=_days, default=None, help="days until it expires (never)")
    key.set_defaults(run=_create_key)

    manage = commands.add_parser("manage", help="run one of Django's own commands, as: nameplate manage shell")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port; say a whole number from 1 to 65535.")
    return int(text)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of days; say a whole one from 1 to {MOST_DAYS}.")
    return int(text)


def _serve(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    from nameplate import serving

    serving.serve(chosen.host, settings.PORT if chosen.port is None else chosen.port)


def _worker(chosen: argparse.Namespace) -> None:
    from nameplate import serving

    serving.work(until_idle=chosen.until_idle)


def _migrate(chosen: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=1 if sys.stdout.isatty() else 0)


def _demo(chosen: argparse.Namespace) -> None:
    from nameplate import demo

    demo.fill(Console())
    found = demo.sign_ins()
    print("Demo sign-ins:" if found else "There are no demo accounts here; sign in with your own.")
    for sign_in in found:
        print(f"  {sign_in.username:<14} {sign_in.password}")


def _verify(chosen: argparse.Namespace) -> None:
    from nameplate.ledger import verify

    found = verify()
    for difference in found:
        print(difference)
    if found:
        sys.exit(f"{len(found)} differences between the ledger and what it says of now.")
    print("Every row is the fold of its ledger.")


def _create_user(chosen: argparse.Namespace) -> None:
    from nameplate.models import Role
    from nameplate.operations import people

    password = secrets.token_urlsafe(12) if chosen.generate_password else getpass.getpass("Password: ")
    people.create_user(actor=Console(), username=chosen.username, role=Role(chosen.role), password=password)
    print(f"{chosen.username} can sign in" + (f" with the password {password}" if chosen.generate_password else "."))


def _create_key(chosen: argparse.Namespace) -> None:
    from django.utils import timezone

    from nameplate.models import User
    from nameplate.operations import keys

    user = User.objects.filter(username=chosen.username).first()
    if user is None:
        sys.exit(f"nameplate: there is no account “{chosen.username}”.")
    expires_at = None if chosen.days is None else timezone.now() + timedelta(days=chosen.days)
    print(keys.create_key(actor=Console(), user=user, name=chosen.name, expires_at=expires_at)[1])


def _manage(chosen: argparse.Namespace) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["nameplate manage", *chosen.rest])
