"""Codes of public registries: countries, regions, currencies, time zones. Each list is read once, when asked for."""

import zoneinfo
from functools import cache

import pycountry

zoneinfo.reset_tzpath(())  # the pinned database of time zones, not an older one of the system
MINOR_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
         "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
"""Decimal digits of the currencies that have not two. Source: ISO 4217, list one, column "Minor unit"."""


@cache
def countries() -> dict[str, str]:
    """The countries of ISO 3166-1: code to English name."""
    return {each.alpha_2: getattr(each, "common_name", each.name) for each in pycountry.countries}


@cache
def regions() -> dict[str, str]:
    """The parts of countries of ISO 3166-2: code to name, without the second names and codes that brackets hold."""
    return {each.code: each.name.partition(" [")[0] for each in pycountry.subdivisions}


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217 in which somebody can be paid: not those for tests and for no currency at all."""
    return frozenset(each.alpha_3 for each in pycountry.currencies) - {"XTS", "XXX"}


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA database; looking for them walks through folders."""
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime"})


def territory_name(code: str) -> str:
    """The English name of a country, or of a region with its country: `Ontario, Canada`."""
    country = countries()[code[:2]]
    return f"{regions()[code]}, {country}" if "-" in code else country


def major_units(amount_minor: int, currency: str) -> int | float:
    """An amount in the unit that people name: 1250 minor units of EUR are 12.5, of JPY 1250."""
    amount = amount_minor / 10 ** MINOR_DIGITS.get(currency, 2)
    return int(amount) if amount.is_integer() else amount
