"""What `make benchmark-freshness` counts, in short, and what it fails for."""

from pathlib import Path

import msgspec
import pytest

from benchmarks.freshness import Setup, measured
from benchmarks.freshness_figures import Case, Reads, report, wrong
from hiring.config import Settings

PAIRS = 64
FRESH, STALE = Reads(100, 0, 80, 1.0, 2.0), Reads(10, 4, 10, 1.0, 2.0)


def test_tokens_are_proven_when_the_replica_lags_and_is_paused(settings: Settings, tmp_path: Path) -> None:
    """Servers of the test's own. Without a token the same reads miss writes, and a replica that has them answers."""
    cases = list(measured(settings, [Setup(1, 1)], [0, 2_000, None], tmp_path, pairs=PAIRS, advance=lambda: None))
    assert [each.lag_ms for each in cases] == [0, 2_000, None] and wrong(cases) == []
    prompt, late, paused = cases
    assert late.without_token.stale and paused.without_token.stale
    assert prompt.with_token.on_replicas > PAIRS / 2 > late.with_token.on_replicas
    assert all(each.with_token.pairs == PAIRS and each.with_token.p50_ms <= each.with_token.p99_ms for each in cases)


def test_every_replica_is_asked_when_the_first_lags(settings: Settings, tmp_path: Path) -> None:
    """The second one has the write, so the primary need not answer."""
    [case] = measured(settings, [Setup(2, 1)], [1_000], tmp_path, pairs=PAIRS, advance=lambda: None)
    assert wrong([case]) == []
    assert case.with_token.on_replicas > PAIRS / 2


@pytest.mark.parametrize(
    ("lag_ms", "with_token", "without_token", "count"),
    [
        (0, FRESH, FRESH, 0), (200, FRESH, STALE, 0), (None, FRESH, STALE, 0),
        (200, FRESH, FRESH, 1), (None, FRESH, FRESH, 1), (0, STALE, FRESH, 1), (None, STALE, FRESH, 2),
    ],
)  # fmt: skip
def test_run_fails_when_a_token_did_not_help_or_the_control_missed_nothing(
    lag_ms: int | None, with_token: Reads, without_token: Reads, count: int
) -> None:
    """Without a lag, replicas may well have every write in time."""
    assert len(wrong([Case(2, 2, lag_ms, with_token, without_token)])) == count


def test_table_has_all_pairs_in_its_last_row_when_it_is_printed() -> None:
    """Pairs and stale reads, with a token and without."""
    case = Case(2, 1, 1_000, FRESH, STALE)
    lines = report([case, msgspec.structs.replace(case, lag_ms=None)]).splitlines()
    assert lines[2] == "|2|1|1,000 ms|100|0|80.0 %|1.0|2.0|10|4|1.0|2.0|"
    assert lines[-1] == "|all|||200|0||||20|8|||"
