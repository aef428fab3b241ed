"""The range of every setting that is a number, from both sides, by a table that only a decision changes."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from hiring.config import Settings, SettingsError, load_settings_with_sources
from hiring.config_sources import Sources, Tree, convert
from tests.config.test_settings import CONF, ENVIRON

TABLE = Path(__file__).with_name("ranges.tsv")
DELAYS = ("rabbitmq.retry_delays_ms", "smtp.retry_delays_ms")


class Row(NamedTuple):
    """A setting, and the least and the most that it may be."""

    setting: str
    least: float
    most: float


def rows() -> list[Row]:
    """The table."""
    lines = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]
    return [Row(setting, number(least), number(most)) for setting, least, most in lines]


def number(text: str) -> float:
    """A number as the table spells it: an int, unless it has a point."""
    return float(text) if "." in text else int(text)


@cache
def loaded() -> tuple[Settings, Sources]:
    """The settings of the tests, and where each comes from."""
    return load_settings_with_sources(CONF, ENVIRON)


def numbers(section: msgspec.Struct, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every setting of a section that is a number."""
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if isinstance(value, msgspec.Struct):
            yield from numbers(value, (*path, name))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield ".".join((*path, name))


def refusal(setting: str, value: Any) -> str | None:
    """What a start says that refuses a value of this setting, None where the value is in its range."""
    settings, sources = loaded()
    tree: Tree = msgspec.to_builtins(settings)
    *path, name = setting.split(".")
    section = tree
    for each in path:
        section = section[each]
    section[name] = value
    try:
        convert(tree, sources, Settings)
    except SettingsError as error:
        return str(error) if f"{setting}: expected" in str(error) or f"{setting}[" in str(error) else None
    return None


def test_every_number_has_its_range_when_compared_with_the_table() -> None:
    """A new setting is a line here and a decision."""
    assert [row.setting for row in rows()] == list(numbers(loaded()[0]))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.setting)
def test_number_is_taken_when_it_is_in_its_range(row: Row) -> None:
    """And refused by one more or one less, in a line that names the setting."""
    step = 1 if isinstance(row.least, int) else row.least
    for value in (row.least, row.most):
        assert refusal(row.setting, value) is None, value
    for value in (row.least - step, row.most + step):
        sentence = refusal(row.setting, value)
        assert sentence is not None and str(value) in sentence, value


@pytest.mark.parametrize("setting", DELAYS)
def test_delays_are_taken_when_they_are_few_and_each_is_in_its_range(setting: str) -> None:
    """One to twenty, each from a millisecond to a week."""
    week_ms = 7 * 24 * 3_600_000
    for delays in ([1], [week_ms], [1] * 20):
        assert refusal(setting, delays) is None, delays
    for delays in ([], [1] * 21, [0], [1, week_ms + 1]):
        assert refusal(setting, delays) is not None, delays


def test_texts_are_taken_when_they_are_long_enough() -> None:
    """A name has a character, and what signs tokens thirty-two."""
    for setting, least in (("tokens.issuer", 1), ("rabbitmq.password", 1), ("tokens.secret", 32)):
        assert refusal(setting, "x" * least) is None, setting
        assert refusal(setting, "x" * (least - 1)) is not None, setting
