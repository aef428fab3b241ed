"""Fixed numbers, from which the guide draws a picture of each report."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from hiring.pictures.numbers import Row


def table(names: str, *rows: Sequence[Any]) -> Sequence[Row]:
    """Rows of these members."""
    return [dict(zip(names.split(), row, strict=True)) for row in rows]


def sample_id(number: int) -> UUID:
    """An id as one looks like."""
    return UUID(int=0x01990000_0000_7000_8000_000000000000 + number)


SAMPLES: Mapping[str, Sequence[Row]] = {
    "funnel": table(
        "kind reached conversion share active rejected withdrawn transferred",
        ("review", 412, 1.0, 1.0, 38, 151, 20, 4), ("screen", 199, 0.483, 0.483, 21, 60, 17, 2),
        ("assessment", 99, 0.4975, 0.2403, 8, 22, 5, 0), ("interview", 64, 0.6465, 0.1553, 9, 27, 6, 1),
        ("offer", 21, 0.3281, 0.051, 3, 0, 4, 0), ("hired", 14, 0.6667, 0.034, 0, 0, 0, 0),
    ),
    "time-to-hire": table(
        "period hires median_days p75_days p90_days",
        *((date(2026, month, 1), *numbers) for month, numbers in enumerate((
            (4, 31.2, 40.8, 52.1), (3, 29.5, 36.0, 44.7), (6, 33.9, 41.4, 55.0), (5, 27.1, 35.2, 47.9),
            (7, 24.6, 33.3, 41.2), (6, 22.8, 30.1, 38.4),
        ), 1)),
    ),
    "time-to-hire-distribution": table(
        "from_days to_days hires",
        *((each * 7, each * 7 + 7 if each < 12 else None, hires)
          for each, hires in enumerate((0, 1, 4, 7, 9, 6, 4, 3, 2, 0, 1, 0, 1)) if hires),
    ),
    "time-to-fill": table("period filled median_days p75_days p90_days", (None, 29, 41.5, 58.0, 77.3)),
    "time-in-stage": table(
        "kind ended median_days p75_days p90_days running running_median_days",
        ("review", 374, 2.4, 5.1, 9.8, 38, 1.9), ("screen", 178, 3.8, 6.6, 11.2, 21, 4.4),
        ("assessment", 91, 5.2, 8.9, 13.0, 8, 7.3), ("interview", 55, 7.6, 12.4, 19.5, 9, 6.1),
        ("offer", 18, 3.1, 4.8, 7.7, 3, 2.0),
    ),
    "sources": table(
        "source_id applications active rejected withdrawn transferred hired reached_interview reached_offer "
        "interview_rate hire_rate median_days_to_hire",
        (sample_id(0x51A0), 188, 35, 121, 26, 2, 4, 21, 6, 0.1117, 0.0213, 33.1),
        (sample_id(0x51B7), 121, 24, 75, 16, 3, 3, 19, 5, 0.157, 0.0248, 29.0),
        (sample_id(0x51C2), 57, 13, 34, 4, 1, 5, 17, 7, 0.2982, 0.0877, 21.4),
        (None, 46, 7, 30, 6, 1, 2, 7, 3, 0.1522, 0.0435, 30.6),
    ),
    "openings": table("period created filled closed reopened open", (None, 37, 29, 3, 1, 12)),
    "forecast": table(
        "kind active ended hired hire_rate expected_hires open_openings",
        ("review", 38, 336, 14, 0.0417, 1.5833, 12), ("screen", 21, 158, 14, 0.0886, 1.8608, 12),
        ("assessment", 8, 79, 14, 0.1772, 1.4177, 12), ("interview", 9, 52, 14, 0.2692, 2.4231, 12),
        ("offer", 3, 18, 14, 0.7778, 2.3333, 12),
    ),
    "recruiters": table(
        "user_id added moved rejected withdrawn reopened hired unhired applications",
        (sample_id(0x2A41), 22, 141, 96, 9, 2, 6, 0, 188), (sample_id(0x2A58), 13, 102, 88, 12, 1, 5, 1, 151),
        (sample_id(0x2A63), 4, 67, 71, 3, 0, 3, 0, 104),
    ),
    "jobs": table(
        "job_id active stale median_age_days oldest_age_days open_openings open_days",
        (sample_id(0x7C10), 27, 14, 15.2, 48.9, 2, 61.0), (sample_id(0x7C3F), 18, 5, 8.4, 30.3, 1, 40.2),
        (sample_id(0x7C55), 22, 3, 4.1, 21.7, 4, 25.5), (sample_id(0x7C81), 9, 0, 2.6, 8.0, 3, 12.9),
        (sample_id(0x7C9A), 3, 0, 1.2, 2.2, 2, 3.4),
    ),
}  # fmt: skip
"""Name of a report → its rows."""
