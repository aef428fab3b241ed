"""The command line `hiring`. Only the command that is asked for is imported, so that help and errors come at once."""

import importlib
import logging
import sys
from collections.abc import Sequence
from typing import NamedTuple

import typer

from hiring.config import SettingsError
from hiring.errors import ApiError
from hiring.migration_files import MigrationError

FAILED = 1
WRONG_SETTINGS = 78  # EX_CONFIG of sysexits.h: a supervisor need not try again


class Feature(NamedTuple):
    """A module of `hiring/cli`: what the overview says about it, and whether it is one command or a group of them."""

    sentence: str
    is_group: bool


FEATURES = {
    "api": Feature("Serve the HTTP API until SIGTERM.", is_group=False),
    "worker": Feature("Relay events to the broker and consume them until SIGTERM.", is_group=False),
    "ready": Feature("Wait until the API answers that it is ready.", is_group=False),
    "migrate": Feature("Bring the database's roles and schema to this version, or back.", is_group=True),
    "analytics": Feature(
        "Bring ClickHouse to this version; compare it with PostgreSQL, or fill it again.", is_group=True
    ),
    "config": Feature("Show the settings in force.", is_group=True),
    "seed": Feature("Fill a database with believable data.", is_group=True),
    "user": Feature("Manage users from the command line.", is_group=True),
    "keys": Feature("List and rotate the keys that sign access tokens.", is_group=True),
    "dlq": Feature("List, show, replay and delete dead letters.", is_group=True),
    "sql": Feature("List the SQL statements, and explain one on a server: its plan and its time.", is_group=True),
    "openapi": Feature("Print the API's description (OpenAPI 3.1).", is_group=False),
    "asyncapi": Feature("Print the description of the events (AsyncAPI 3).", is_group=False),
    "mail-catcher": Feature("Catch mail in development and write each as an .eml file.", is_group=False),
}


def main() -> None:
    """Runs the command that the arguments name; an expected failure is one line and an exit status."""
    logging.getLogger().addHandler(logging.NullHandler())  # until a server configures logs: drivers do not chatter here
    try:
        command_line(sys.argv[1:])(prog_name="hiring")
    except SettingsError as error:
        _stop(str(error), WRONG_SETTINGS)
    except MigrationError as error:
        _stop(str(error), FAILED)
    except ApiError as error:
        _stop(f"{error.code}: {error.detail}", FAILED)


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """The application with every command named and the first of `arguments` mounted."""
    app = typer.Typer(
        name="hiring",
        help="The Hiring API: a headless applicant tracking system.",
        epilog="Settings come from conf/ and HIRING__… variables; `hiring config show` prints them.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, feature in FEATURES.items():
        if name != asked:
            app.command(name, help=feature.sentence)(_named_only)
            continue
        mounted: typer.Typer = importlib.import_module(f"hiring.cli.{name.replace('-', '_')}").app
        if feature.is_group:
            app.add_typer(mounted, name=name, help=feature.sentence, no_args_is_help=True)
        else:
            (command,) = mounted.registered_commands
            assert command.callback is not None
            app.command(name, help=command.help)(command.callback)
    return app


def _named_only() -> None:
    """Stands in the overview for a command that was not asked for."""


def _stop(sentence: str, status: int) -> None:
    print(f"hiring: {sentence}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
