"""What `make benchmark-flatness` measures, in two small databases, and what it fails for."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from rich.console import Console

from benchmarks import volume
from benchmarks.flatness import measured, serving
from benchmarks.flatness_figures import CONTROL, Point, report, wrong
from benchmarks.hot import Place, places_of
from benchmarks.volume import MAINTENANCE_DATABASE, benchmark_database, superuser_of, with_database
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.migration_session import session

SIZES = {"hiring_benchmark_testsmall": 2_000, "hiring_benchmark_testlarge": 8_000}
POINT = Point(1_000, "a list", 1, 1, 90, [1.0], [2.0], 3.0)
FAR = msgspec.structs.replace(POINT, page=10_000, number=40)


@pytest.fixture(scope="module")
def databases(settings: Settings) -> Iterator[Sequence[str]]:
    """A small database and one with four times as many rows; gone afterwards."""

    async def drop() -> None:
        async with session(settings, superuser_of(settings), database=MAINTENANCE_DATABASE) as connection:
            for name in SIZES:
                await postgres.send(connection, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", timeout_ms=30_000)

    for name, size in SIZES.items():
        asyncio.run(volume.make(with_database(settings, name), size, Console(quiet=True)))
    yield list(SIZES)
    asyncio.run(drop())


def test_pages_are_flat_when_there_are_four_times_as_many_rows(
    settings: Settings, databases: Sequence[str], tmp_path: Path
) -> None:
    """Far from the first page, too; a list that is read by OFFSET is not."""
    done: list[tuple[int, int]] = []
    points = measured(
        settings, databases, tmp_path, rounds=1, requests=2, report=lambda *progress: done.append(progress)
    )
    assert wrong(points) == [] and done[-1] == (28 * 2, 28 * 2)
    assert {each.size for each in points} == set(SIZES.values())
    far = [each for each in points if each.endpoint == CONTROL and each.number > 1]
    assert {each.number for each in far} == {80, 320} and far[-1].buffers > 3 * far[0].buffers
    assert all(each.p95_ms for each in points if each.endpoint != CONTROL)


def test_page_is_the_one_that_a_client_comes_to_when_its_cursor_is_made(
    settings: Settings, databases: Sequence[str], tmp_path: Path
) -> None:
    """Three pages from the beginning, and the third at once."""
    with serving(settings, [(SIZES[databases[1]], databases[1])], tmp_path) as [sized]:
        places = asyncio.run(places_in(settings, databases[1]))
        with httpx.Client(base_url=sized.service.address) as client:

            def page(place: Place, **parameters: Any) -> dict[str, Any]:
                token = {} if place.is_public else {"Authorization": f"Bearer {sized.service.token()}"}
                address = httpx.URL(place.path).copy_merge_params(parameters)
                answer = client.get(address, headers=token)
                assert answer.status_code == 200, answer.text
                found: dict[str, Any] = answer.json()
                return found

            lists = [each for each in zip(places[::2], places[1::2], strict=True) if "?" in each[0].path]
            assert len(lists) == 5
            for first, third in lists:
                assert third.number == 3
                second = page(first, cursor=page(first)["next_cursor"])
                assert page(third)["items"] == page(first, cursor=second["next_cursor"])["items"] != []


async def places_in(settings: Settings, database: str) -> list[Place]:
    """The first and the third page of each endpoint, of five rows."""
    async with session(settings, settings.postgres.roles.owner, database=database) as connection:
        return await places_of(connection, settings.tokens.secret, pages=[1, 3], limit=5)


def test_run_fails_when_a_page_grows_with_the_database() -> None:
    """Or with its distance from the first page, or when the control does not grow."""
    control = [msgspec.structs.replace(each, endpoint=CONTROL) for each in (POINT, FAR)]
    good = [POINT, FAR, control[0], msgspec.structs.replace(control[1], buffers=900)]
    larger = [msgspec.structs.replace(each, size=9_000) for each in good]
    assert wrong(good + larger) == []
    grown = [msgspec.structs.replace(each, buffers=900) for each in larger]
    assert len(wrong([*good, grown[0], *larger[1:]])) == 1
    assert len(wrong([*good, larger[0], grown[1], *larger[2:]])) == 2
    assert len(wrong([*good, *larger[:2], *(msgspec.structs.replace(each, size=9_000) for each in control)])) == 1


def test_ratios_are_told_when_a_page_was_measured_in_two_sizes() -> None:
    """Round by round: both were twice as slow in the second."""
    larger = msgspec.structs.replace(POINT, size=9_000, buffers=99, postgres_ms=[2.0, 4.0], p50_ms=[3.0, 6.0])
    smaller = msgspec.structs.replace(POINT, postgres_ms=[1.0, 2.0], p50_ms=[2.0, 4.0])
    lines = report([smaller, larger]).splitlines()
    assert lines[2].endswith("|3.0||||") and "|9,000|99|" in lines[3]
    assert lines[3].endswith("|1.10|2.00 (2.00–2.00)|1.50 (1.50–1.50)|")


def test_page_is_told_once_when_the_list_has_no_other() -> None:
    """Its last page is its first."""
    assert len(report([POINT, msgspec.structs.replace(FAR, number=1)]).splitlines()) + 1 == len(
        report([POINT, FAR]).splitlines()
    )


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("hiring_benchmark", True), ("hiring_benchmark_10000", True), ("hiring", False), ("hiring_benchmark_a;b", False)],
)
def test_database_is_refused_when_somebody_may_need_it(name: str, is_taken: bool) -> None:
    """It is dropped without a question, with YES=1."""
    if is_taken:
        assert benchmark_database(name) == name
    else:
        with pytest.raises(argparse.ArgumentTypeError):
            benchmark_database(name)
