"""What a bench makes of its rounds, and what it takes for the same answer."""

import json
from uuid import UUID

import pytest
from rich.console import Console

from benchmarks.bench import _normal
from benchmarks.figures import latency, panels, report, rows
from benchmarks.guard import AT_MOST, PEER, verdict
from benchmarks.load import Run
from benchmarks.peers import PEERS, access_token, command
from benchmarks.processes import OURS
from benchmarks.works import Work

LIST_ID = UUID(int=1)
LIST = Work("list", "a list", "GET", ["/a"])


def run(server: str, number: int, rate: float, server_us: float, work: str = "list") -> Run:
    """A round of a server."""
    return Run(
        work=work, server=server, round=number, requests=100, rate=rate, p50_ms=1.0, p99_ms=None,
        server_us=server_us, postgres_us=10, redis_us=0,
    )  # fmt: skip


def test_ratios_are_those_of_the_same_round_when_a_machine_is_noisy() -> None:
    """Both sides were half as fast in the second round: the ratio is the same in each."""
    runs = [run(OURS, 1, 200, 50), run("peer", 1, 100, 100), run(OURS, 2, 100, 100), run("peer", 2, 50, 200)]
    [ours, peer] = rows([LIST], runs)
    assert ours[:3] == ("list", OURS, "150 (100–200)") and ours[8:] == ("", "")
    assert peer[8:] == ("2.00 (2.00–2.00)", "0.50 (0.50–0.50)")
    assert "|list|peer|75 (50–100)|" in report([LIST], runs)


def test_picture_has_a_bar_for_each_server_when_rounds_differ() -> None:
    """Of the median, with the least and the greatest round; ours is marked."""
    runs = [run(OURS, 1, 200, 50), run("peer", 1, 100, 100), run(OURS, 2, 100, 100), run("peer", 2, 50, 200)]
    [panel] = panels([*runs, run(OURS, 3, 120, 80)])
    assert [(each.label, each.value, each.least, each.most, each.is_marked) for each in panel.bars] == [
        (OURS, 120, 100, 200, True), ("peer", 75, 50, 100, False),
    ]  # fmt: skip


def test_ratio_is_left_out_when_a_server_used_no_processor_of_its_own() -> None:
    """As pgbench has none beside PostgreSQL's; nor does it tell percentiles."""
    [_, floor] = rows([LIST], [run(OURS, 1, 200, 50), run("pgbench", 1, 400, 0)])
    assert floor[4:6] == ("", "0 (0–0)") and floor[8:] == ("0.50 (0.50–0.50)", "")
    assert latency([None, None]) == "" and latency([1.0, None, 3.0]) == "2.0"


@pytest.mark.parametrize(("list_us", "status"), [((56, 40, 57), 0), ((58, 40, 80), 1)])
def test_guard_fails_when_the_median_of_a_work_is_above_its_limit(list_us: tuple[int, ...], status: int) -> None:
    """One slow round is nothing; one slow work is enough."""
    runs = [run(PEER, number, 1, 100, work) for number in range(3) for work in AT_MOST]
    runs += [run(OURS, number, 1, list_us[number]) for number in range(3)]
    runs += [run(OURS, number, 1, 50, "command") for number in range(3)]
    console = Console(record=True, quiet=True)
    assert AT_MOST["list"] == 0.57 and verdict(runs, console) == status


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"at": "2026-01-31T10:00:00.5Z"}, {"at": "2026-01-31T11:00:00.500000+01:00"}, True),
        ({"at": "2026-01-31T10:00:00Z"}, {"at": "2026-01-31T10:00:01Z"}, False),
        ({"items": [{"id": "1", "a": 1}]}, {"items": [{"id": "2", "a": 1}]}, True),
        ({"items": [{"a": 1}, {"a": 2}]}, {"items": [{"a": 2}, {"a": 1}]}, False),
        ({"a": 1, "b": None}, {"b": None, "a": 1}, True), ({"a": 1, "b": None}, {"a": 1}, False),
        ({"email": "kim.checked-1@example.com"}, {"email": "kim.checked-2@example.com"}, True),
    ],
)  # fmt: skip
def test_answers_are_the_same_when_only_their_spelling_differs(one: object, other: object, is_same: bool) -> None:
    """Order of members, spelling of moments, ids and numbers of the request; nothing else."""
    assert (_normal(json.loads(json.dumps(one))) == _normal(json.loads(json.dumps(other)))) is is_same


def test_peer_has_a_command_when_it_is_named() -> None:
    """Every peer does the list; another name is an error."""
    assert all("list" in works and command(name, "/venv/bin/python") for name, works in PEERS.items())
    with pytest.raises(KeyError):
        command("django", "/venv/bin/python")
    assert access_token("k" * 32, organization_id=LIST_ID, user_id=LIST_ID).count(".") == 2
