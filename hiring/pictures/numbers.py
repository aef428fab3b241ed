"""Numbers and ids as people read them: a picture and its table write them alike."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]
NOTHING, WHOLE = "–", "whole period"
RATES = ("conversion", "share", "interview_rate", "hire_rate")
SHORT_ID = 8
"""So many of the last characters tell ids apart: the first ones are the time at which they were made."""
STEPS = (1, 2, 5, 10)


def told(name: str, value: Any) -> str:
    """A value of a member of a report."""
    if value is None:
        return WHOLE if name == "period" else NOTHING
    if name in RATES:
        return f"{value:.1%}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 1 else f"{value:,.1f}"
    return str(value)


def short(value: UUID | None) -> str:
    """An id as an axis shows it."""
    return "none" if value is None else f"…{str(value)[-SHORT_ID:]}"


def heading(name: str) -> str:
    """What the table calls a member."""
    words = name.removesuffix("_id") if name.endswith("_id") else name.replace("_", " ")
    return words[0].upper() + words[1:]


def ticks(most: float, *, is_count: bool) -> Sequence[float]:
    """Round numbers from 0 to at least the greatest value, at most six; counts have whole ones."""
    if most <= 0:
        return (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(most / 5))
    step = next(each * power for each in STEPS if each * power * 5 >= most)
    step = max(step, 1.0) if is_count else step
    return [step * place for place in range(math.ceil(most / step) + 1)]


def tick(value: float) -> str:
    """A number beside an axis."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"


def period(row: Row) -> date:
    """The first day of a row's part of the period."""
    found: date = row["period"]
    return found
