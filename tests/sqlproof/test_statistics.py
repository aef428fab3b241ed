"""What the servers tell of statements, joined by their names."""

from collections.abc import Callable

import msgspec
import pytest

from hiring import sqlproof_hooks
from hiring.config import Address, Settings
from hiring.http.dependencies import Dependencies
from sqlproof.catalogue.gathered import Server, read_statistics
from tests.sqlproof.conftest import PROJECT

CALLS = 7
Read = Callable[[Settings], list[Server]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Asks the servers of some settings."""

    def asked(settings: Settings) -> list[Server]:
        monkeypatch.setattr(sqlproof_hooks, "load_settings", lambda: settings)
        return read_statistics(PROJECT)

    return asked


async def test_statement_is_counted_when_servers_are_asked(
    settings: Settings, dependencies: Dependencies, read: Read
) -> None:
    """On the server that ran it, in the service's own database, with times that fit together."""
    before = {server.label: server.usages for server in read(settings)}
    assert before.keys() == {"primary", "replica"}
    for _ in range(CALLS):
        await dependencies.db.queries.sessions.find_accounts(email_hash="00", organization=None)
    name, counts = "queries/sessions.find_accounts", []
    for server in read(settings):
        assert server.refusal == "" and server.since is not None and server.since.since.endswith(" UTC")
        if (usage := server.usages.get(name)) is not None:
            earlier = before[server.label].get(name)
            counts.append(usage.calls - (earlier.calls if earlier else 0))
            assert 0 < usage.mean_ms <= usage.max_ms <= usage.total_ms * 1.001 and usage.deviation_ms >= 0
            assert 0 < usage.share <= 1
        assert sum(each.share for each in server.usages.values()) <= 1.001
    assert sum(counts) == CALLS


def test_server_says_why_when_it_tells_nothing(settings: Settings, read: Read) -> None:
    """The others are asked all the same."""
    away = msgspec.structs.replace(settings.postgres, replicas=(Address(host="127.0.0.1", port=1),))
    primary, replica = read(msgspec.structs.replace(settings, postgres=away))
    assert primary.refusal == "" and "refused" in replica.refusal and replica.usages == {}
