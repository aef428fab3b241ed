"""An e-mail address is the same in every spelling: people are stored, matched and found by one form."""

import unicodedata
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import log_in, open_job, published_post
from tests.client import PASSWORD, Client

STORED = "andré@bücher.example.com"
SPELLINGS = (
    STORED, "ANDRÉ@BÜCHER.EXAMPLE.COM", unicodedata.normalize("NFD", STORED), "André@xn--bcher-kva.example.com",
    "andré@XN--BCHER-KVA.Example.Com", f" {STORED} ", "andré@bücher。example.com",
)  # fmt: skip
"""One address: upper case, decomposed, punycode, between blanks, with an ideographic full stop."""


@pytest.mark.parametrize("given", SPELLINGS)
async def test_person_is_found_when_their_address_is_spelled_another_way(
    ada: Client, anybody: Client, given: str
) -> None:
    """Candidates and users; somebody whose address is but similar is not."""
    person = await ada.made("/candidates", {"first_name": "André", "emails": [{"value": given}]})
    user = await ada.made("/users", {"first_name": "André", "email": given})
    assert (person["emails"][0]["value"], user["email"]) == (STORED, STORED)
    for path, found in (("/candidates", person), ("/users", user)):
        for spelling in SPELLINGS:
            items = (await ada.read(path, params={"email": spelling}))["items"]
            assert [each["id"] for each in items] == [found["id"]], (path, spelling)
        assert (await ada.read(path, params={"email": STORED.replace("é", "e")}))["items"] == []
    again = await ada.post("/api/v1/users", json={"first_name": "A", "email": SPELLINGS[1]})
    assert (again.status_code, again.json()["current"]["id"]) == (409, user["id"])


async def test_account_is_opened_when_its_address_is_spelled_another_way(anybody: Client, rows: Rows) -> None:
    """Login and reset of a password."""
    async with await Client.register(anybody.address, email=SPELLINGS[2]) as andre:
        organization = andre.organization["slug"]
        for spelling in (SPELLINGS[1], SPELLINGS[3]):
            assert (await log_in(anybody, spelling, PASSWORD, organization=organization)).status_code == 200
        for spelling in (SPELLINGS[4], SPELLINGS[5]):
            assert (await anybody.post("/api/v1/password-resets", json={"email": spelling})).status_code < 300
        text = "SELECT count(*)::integer FROM mailed_links WHERE user_id = %(id)s"
        [(count,)] = await rows(text, id=UUID(andre.user["id"]))
        assert count == 2


async def test_applicant_is_one_person_when_their_address_is_spelled_another_way(ada: Client, anybody: Client) -> None:
    """On two posts; a second time on one of them makes nothing."""
    paths = [await published_post(ada, await open_job(ada)) for _ in range(2)]
    person: dict[str, Any] = {"first_name": "André"}
    for path, spelling in ((paths[0], SPELLINGS[1]), (paths[1], SPELLINGS[3]), (paths[1], SPELLINGS[2])):
        applied = await anybody.post(f"{path}/applications", json=person | {"email": spelling})
        assert applied.status_code == 201, applied.text
    [candidate] = (await ada.read("/candidates", params={"email": STORED}))["items"]
    applications = (await ada.read("/applications", params={"candidate_id": candidate["id"]}))["items"]
    assert len(applications) == 2
