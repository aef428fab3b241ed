"""Offices through the REST API."""

import pytest

from tests.api import words
from tests.client import Client

BODY = {"name": "Zürich", "country": "CH", "region": "CH-ZH", "time_zone": "Europe/Zurich"}


async def test_office_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of an office, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "offices", BODY, {"city": "Zürich"})


@pytest.mark.parametrize(
    ("patch", "code"),
    [({"region": "AT-9"}, "/region contradiction"), ({"country": "AT"}, "/country contradiction")],
)
async def test_version_is_judged_first_when_the_place_contradicts_itself(
    ada: Client, patch: dict[str, str], code: str
) -> None:
    """A region of another country, and a country without the region that there is."""
    office = await ada.made("/offices", {"name": "Bern", "country": "CH", "region": "CH-BE"})
    await words.check_version_is_judged_first(ada, "PATCH", f"/offices/{office['id']}", patch, code)
