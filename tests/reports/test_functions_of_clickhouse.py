"""Periods, durations and percentiles of ClickHouse are those of plain Python, also before 1970 and on clock changes."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from hiring.connectors.clickhouse import ClickHouse
from tests.reports.asking import is_same
from tests.reports.histories import LONG_AGO, TURNS, ZONES, Chance
from tests.reports.oracle import days, percentile
from tests.reports.question import Question, first_moment

FROM, TO = datetime(1925, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
COUNT = 2_000
PERIOD = "period_of(at, {period_starts:Array(Int64)}, {period_days:Array(Date32)})"
NOBODY = UUID(int=0)


def moments(seed: int) -> list[datetime]:
    """Moments of a century, and many near turns."""
    chance, microseconds = Chance(seed), (TO - FROM) // timedelta(microseconds=1)
    anywhere = [FROM + timedelta(microseconds=chance.randint(0, microseconds)) for _ in range(COUNT)]
    return [*anywhere, *(chance.moment() for _ in range(COUNT)), *(chance.moment(LONG_AGO) for _ in range(COUNT))]


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
@pytest.mark.parametrize("time_zone", ZONES)
async def test_period_is_that_of_the_calendar_when_a_moment_is_given(
    analytics: ClickHouse, time_zone: str, granularity: str
) -> None:
    """The first day of the day, the week from Monday, or the month, in the time zone."""
    question = Question(
        as_of=TO, first=FROM.date(), last=TO.date(), time_zone=time_zone, granularity=granularity
    )  # fmt: skip
    given = moments(1)
    [row] = await analytics.query(
        f"SELECT arrayMap(at -> {PERIOD}, {{moments:Array(DateTime64(6, 'UTC'))}}) AS periods",
        {"moments": given, **question.values(NOBODY)},
    )
    expected = [question.period(at) for at in given]
    assert [each for each in zip(given, row["periods"], expected, strict=True) if each[1] != each[2]] == []


@pytest.mark.parametrize("time_zone", ZONES)
async def test_day_begins_at_its_first_moment_when_a_period_is_made_of_days(
    analytics: ClickHouse, time_zone: str
) -> None:
    """Which is in it, and the microsecond before it is not."""
    question = Question(as_of=TO, first=FROM.date(), last=TO.date(), time_zone=time_zone, granularity="day")
    borders = [first_moment(question.day(at), question.zone) for at in (*TURNS, *LONG_AGO, *moments(2))]
    before = PERIOD.replace("at,", "at - toIntervalMicrosecond(1),")
    [row] = await analytics.query(
        f"SELECT arrayFilter(at -> {PERIOD} = {before}, {{borders:Array(DateTime64(6, 'UTC'))}}) AS wrong",
        {"borders": borders, **question.values(NOBODY)},
    )
    assert row["wrong"] == []


async def test_duration_is_exact_when_it_spans_a_century(analytics: ClickHouse) -> None:
    """In days of 86,400 seconds, whatever the clocks did."""
    begun, ended = moments(3), moments(4)
    values = {"begun": begun, "ended": ended}
    [row] = await analytics.query(
        """SELECT arrayMap((a, b) -> days_between(a, b), {begun:Array(DateTime64(6, 'UTC'))},
                           {ended:Array(DateTime64(6, 'UTC'))}) AS durations""",
        values,
    )
    expected = [days(a, b) for a, b in zip(begun, ended, strict=True)]
    assert all(is_same(found, wanted) for found, wanted in zip(row["durations"], expected, strict=True))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 10, 11, 101])
async def test_percentile_is_interpolated_when_it_lies_between_two_values(analytics: ClickHouse, count: int) -> None:
    """As R's type 7 does, with values that are there several times."""
    chance = Random(count)
    values = [chance.choice([0.0, 1.5, chance.uniform(0, 400)]) for _ in range(count)]
    [row] = await analytics.query(
        """SELECT quantilesExactInclusive(0.5, 0.75, 0.9)(value) AS found
           FROM (SELECT arrayJoin({values:Array(Float64)}) AS value)""",
        {"values": values},
    )
    expected = [percentile(values, fraction) for fraction in (0.5, 0.75, 0.9)]
    assert all(is_same(found, wanted) for found, wanted in zip(row["found"], expected, strict=True))
