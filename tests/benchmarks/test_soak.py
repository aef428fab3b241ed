"""What a soak makes of its minutes."""

import pytest

from benchmarks.load import Said
from benchmarks.soak import MOST_GROWTH, growth, row_of


def said(requests: int, p50_ms: float, p99_ms: float) -> Said:
    """A minute of a work."""
    return Said(requests=requests, seconds=60, p50_ms=p50_ms, p99_ms=p99_ms, status_errors=0, socket_errors=0)


def test_row_has_the_median_and_the_worst_minute_when_one_was_slow() -> None:
    """A slow minute is told, and changes no median."""
    minutes = [said(1000, 1, 5), said(1100, 2, 90), said(900, 3, 7)]
    assert row_of("list", minutes) == ("list", "3,000", "2.0", "7.0", "90.0")


@pytest.mark.parametrize(
    ("memory_mib", "grows"),
    [
        ([50.0] * 5 + [100.0] * 25, False),  # what is kept is kept after a while
        ([100.0] * 29 + [300.0], False),  # one minute is nothing
        ([100.0 + minute for minute in range(30)], True),
    ],
)
def test_process_grows_when_its_memory_does_not_stay(memory_mib: list[float], grows: bool) -> None:
    """Whatever it does at its start, and in any single minute."""
    assert (growth(memory_mib) > MOST_GROWTH) is grows
