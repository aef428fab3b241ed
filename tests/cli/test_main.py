"""What every command has in common: how it fails."""

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
