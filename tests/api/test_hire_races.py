"""What several callers do at once to the openings of a job: hires, unhires, and openings that come and go."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, apply, open_job, reason
from tests.api.races import EVENTS_OF_JOB, at_once, at_once_behind, outcomes, until_each_occurred
from tests.client import Client

OPENED = {"opening.created": 1, "opening.reopened": 1, "opening.filled": -1, "opening.closed": -1}
"""What events do to the number of open openings."""


async def hired(client: Client, application: dict[str, Any], **named: str) -> Any:
    """The answer to a hire."""
    return await client.post(f"/api/v1/applications/{application['id']}/hire", json=OVERRIDE | named)


async def openings(client: Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The openings of a job, oldest first."""
    items: list[dict[str, Any]] = (await client.read(f"/jobs/{job['id']}/openings"))["items"]
    return sorted(items, key=lambda each: str(each["id"]))


async def applicants(client: Client, job: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Applications of so many people."""
    return await asyncio.gather(*(apply(client, job) for _ in range(count)))


@pytest.mark.parametrize(("count", "is_named", "hired_count"), [(1, False, 1), (2, False, 2), (3, True, 1)])
async def test_two_hires_never_take_one_opening_when_they_race(
    ada: Client, count: int, is_named: bool, hired_count: int
) -> None:
    """Twenty applicants for the last one or two openings, or for the same of three: the last one closes the job."""
    for _ in range(3):
        job = await open_job(ada, openings_count=count)
        made, seats = await applicants(ada, job, 20), await openings(ada, job)
        named = {"opening_id": seats[1]["id"]} if is_named else {}
        answers = await at_once(*(hired(ada, each, **named) for each in made))
        assert outcomes(answers) == {"200": hired_count, "no_opening": 20 - hired_count}
        filled = [each for each in await openings(ada, job) if each["status"] == "filled"]
        assert sorted(each["application_id"] for each in filled) == sorted(
            answer.json()["id"] for answer in answers if answer.is_success
        )
        assert not is_named or [each["id"] for each in filled] == [seats[1]["id"]]
        assert (await ada.read(f"/jobs/{job['id']}"))["status"] == ("open" if is_named else "closed")


async def test_hire_is_taken_back_once_when_twenty_unhire_it(ada: Client, rows: Rows) -> None:
    """The others hear that the application is active; its opening is free once."""
    body = {"reason_id": await reason(ada, "unhire")}
    for _ in range(3):
        job = await open_job(ada)
        application = await apply(ada, job)
        await ada.made(f"/applications/{application['id']}/hire", OVERRIDE)
        path = f"/applications/{application['id']}"
        requests = [ada.post(f"/api/v1{path}/unhire", json=body) for _ in range(20)]
        answers = await at_once_behind(rows, "applications", [application], *requests)
        assert outcomes(answers) == {"200": 1, "status_conflict": 19}
        told = [each.json()["current"] for each in answers if not each.is_success]
        assert told == [{"status": "active", "version": 3}] * 19
        history = (await ada.read(f"{path}/history"))["items"]
        assert [each["change"] for each in history] == ["unhired", "hired", "submitted"]
        [opening] = await openings(ada, job)
        assert (opening["status"], opening["version"], opening["application_id"]) == ("open", 3, None)


async def test_opening_is_given_to_one_when_an_unhire_meets_hires(ada: Client) -> None:
    """The only one: nineteen others hire for it, and who comes after the unhire first gets it."""
    body = {"reason_id": await reason(ada, "unhire")}

    async def play() -> set[str]:
        job = await open_job(ada)
        first, *others = await applicants(ada, job, 20)
        assert (await hired(ada, first)).is_success
        unhire = ada.post(f"/api/v1/applications/{first['id']}/unhire", json=body)
        unhired, *answers = await at_once(unhire, *(hired(ada, each) for each in others))
        found, taken = outcomes(answers), [each.json()["id"] for each in answers if each.is_success]
        assert unhired.status_code == 200 and found["200"] <= 1
        [opening] = await openings(ada, job)
        assert [each for each in [opening["application_id"]] if each is not None] == taken
        assert opening["status"] == ("filled" if taken else "open")
        return set(found)

    await until_each_occurred(play, {"200", "no_opening"})


async def test_job_is_never_closed_as_filled_when_openings_come_and_go(ada: Client, rows: Rows) -> None:
    """Openings are added, closed and reopened while others hire: none was open when the last hire closed the job."""
    body = {"reason_id": await reason(ada, "opening_close")}

    async def play() -> set[str]:
        job = await open_job(ada, openings_count=2)
        made = await applicants(ada, job, 5)
        here, gone = [f"/openings/{each['id']}" for each in await openings(ada, job)]
        await ada.made(f"{gone}/close", body)
        answers = await at_once(
            *(hired(ada, each) for each in made),
            *(ada.post(f"/api/v1/jobs/{job['id']}/openings", json={}) for _ in range(5)),
            *(ada.post(f"/api/v1{here}/close", json=body) for _ in range(5)),
            *(ada.post(f"/api/v1{gone}/reopen", json={}) for _ in range(5)),
        )
        assert set(outcomes(answers)) <= {"200", "201", "no_opening", "status_conflict"}
        open_count, is_closed = 0, False
        for event_type, status in await rows(EVENTS_OF_JOB, job_id=UUID(job["id"])):
            open_count += OPENED.get(event_type, 0)
            is_closed |= status == "closed"
            assert status != "closed" or not open_count
        seats = [each["status"] for each in await openings(ada, job)]
        assert open_count == seats.count("open")
        return {"closed" if is_closed else "open"}

    await until_each_occurred(play, {"closed", "open"})
