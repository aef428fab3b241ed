"""What every command has in common: how it fails."""

import importlib

from hiring.__main__ import FEATURES
from tests.cli.command import hiring


def test_expected_failure_is_one_line_and_a_status_of_its_kind() -> None:
    """1 for what another try may mend, 78 for settings, at which a supervisor need not try again."""
    away = {"HIRING__POSTGRES__PRIMARY__PORT": "1"}
    for arguments, environ, status, said in [
        (("migrate", "status"), away, 1, "hiring: 127.0.0.1:1: hiring_owner cannot connect: "),
        (("seed", "demo"), away, 1, "hiring: database_unavailable: "),
        (("config", "show"), {"HIRING__API__PORT": "none"}, 78, "hiring: "),
    ]:
        failed = hiring(*arguments, **environ)
        assert failed.returncode == status and failed.stderr.startswith(said), (failed.returncode, failed.stderr)
        assert failed.stderr.count("\n") == 1


def test_overview_names_every_command_when_asked_for_help() -> None:
    """Or for nothing: what the program is, each command with its sentence, and where settings come from."""
    asked, alone = hiring("--help", COLUMNS="200"), hiring(COLUMNS="200")
    assert asked.returncode == 0 and asked.stdout.strip() == alone.stdout.strip()
    words = " ".join(asked.stdout.split())
    assert "The Hiring API: a headless applicant tracking system." in words
    assert "Settings come from conf/ and HIRING__… variables" in words
    for name, feature in FEATURES.items():
        assert f"{name} {feature.sentence}" in " ".join(words.replace("│", " ").split()), name
    assert "--install-completion" not in asked.stdout


def test_command_tells_its_options_when_asked_for_help() -> None:
    """A group tells its commands, also when it is given none."""
    for name, feature in FEATURES.items():
        helped = hiring(name, "--help", COLUMNS="200")
        assert helped.returncode == 0 and f"hiring {name}" in helped.stdout, helped.stderr
        module = importlib.import_module(f"hiring.cli.{name.replace('-', '_')}")
        said = feature.sentence if feature.is_group else module.app.registered_commands[0].callback.__doc__
        assert " ".join(said.split()) in " ".join(helped.stdout.split()), name
        if feature.is_group:
            assert "Commands" in helped.stdout and hiring(name, COLUMNS="200").stdout.strip() == helped.stdout.strip()
