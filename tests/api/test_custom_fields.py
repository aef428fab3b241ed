"""Custom fields through the REST API: which there are, and which values they take."""

import asyncio
from typing import Any

import pytest

from tests.api import words
from tests.api.conftest import Rows
from tests.api.journeys import JOB, apply, custom_field, open_job
from tests.client import Client, findings

BODY = {"key": "shirt", "name": "Shirt", "applies_to": "candidate", "type": "short_text"}
SELECT = BODY | {"type": "single_select", "options": [{"label": "M"}, {"label": "L"}]}
PATH = "/api/v1/custom-fields"
NOUNS = {"candidate": "candidates", "application": "applications", "job": "jobs"}


async def resource(client: Client, applies_to: str) -> str:
    """The path of something that has custom fields."""
    if applies_to == "application":
        made = await apply(client, await open_job(client))
    else:
        made = await client.made(f"/{NOUNS[applies_to]}", JOB if applies_to == "job" else {"first_name": "Kim"})
    return f"/api/v1/{NOUNS[applies_to]}/{made['id']}"


async def test_custom_field_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a custom field, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "custom-fields", BODY, {"name": "Size"})


async def test_custom_field_is_refused_when_its_key_is_taken(ada: Client, eve: Client) -> None:
    """By one of the same kind of resource, active or archived; another kind and another tenant take no key."""
    field = await ada.made("/custom-fields", BODY)
    for _ in range(2):
        twin = await ada.post(PATH, json=BODY | {"name": "Other"})
        assert (twin.status_code, twin.json()["code"]) == (409, "key_taken")
        assert twin.json()["current"]["id"] == field["id"]
        await ada.made(f"/custom-fields/{field['id']}/archive")
    await ada.made("/custom-fields", BODY | {"applies_to": "job"})
    await eve.made("/custom-fields", BODY)


async def test_one_of_twenty_is_added_when_they_want_the_same_key(ada: Client) -> None:
    """The others are told who has it."""
    answers = await asyncio.gather(*(ada.post(PATH, json=BODY) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len((await ada.read("/custom-fields"))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"key": "T-Shirt"}, ("/key", "format")), ({"key": ""}, ("/key", "format")),
        ({"type": "colour"}, ("/type", "enum")), ({"applies_to": "offer"}, ("/applies_to", "enum")),
        ({"options": [{"label": "M"}]}, ("/options", "options")), ({"type": "multi_select"}, ("/options", "options")),
        (SELECT | {"options": [{"label": "m"}, {"label": "M"}]}, ("/options/1/label", "repeated")),
        (SELECT | {"options": [{"label": str(n)} for n in range(201)]}, ("/options", "too_long")),
    ],
)  # fmt: skip
async def test_custom_field_is_refused_when_it_makes_no_sense(
    ada: Client, change: dict[str, Any], wrong: tuple[str, str]
) -> None:
    """Nothing is kept of it."""
    assert findings(await ada.post(PATH, json=BODY | change)) == [wrong]
    assert (await ada.read("/custom-fields"))["items"] == []


async def test_options_keep_their_ids_when_they_are_changed(ada: Client) -> None:
    """Also renamed, moved and archived; none is taken away, and none has an id of its client's own."""
    field = await ada.made("/custom-fields", SELECT)
    medium, large = field["options"]
    path = f"{PATH}/{field['id']}"
    changed = await ada.patch(path, json={"options": [large | {"is_archived": True}, {"label": "S"}, medium]})
    told = [(each["label"], each["is_archived"]) for each in changed.json()["options"]]
    assert told == [("L", True), ("S", False), ("M", False)]
    assert [changed.json()["options"][place]["id"] for place in (0, 2)] == [large["id"], medium["id"]]
    for options, wrong in (
        ([medium, large], ("/options", "required")),
        ([*changed.json()["options"], {"id": ada.user["id"], "label": "X"}], ("/options/3/id", "unknown_reference")),
        ([medium, medium], ("/options/1/label", "repeated")), ([], ("/options", "too_short")),
    ):  # fmt: skip
        assert (await ada.patch(path, json={"options": options})).json()["errors"][0]["pointer"] == wrong[0]
        assert wrong in findings(await ada.patch(path, json={"options": options}))
    assert await ada.read(f"/custom-fields/{field['id']}") == changed.json()
    plain = await ada.made("/custom-fields", BODY | {"key": "plain"})
    refused = await ada.patch(f"{PATH}/{plain['id']}", json={"options": [{"label": "X"}]})
    assert findings(refused) == [("/options", "options")]


@pytest.mark.parametrize(
    ("kind", "fit", "unfit"),
    [
        ("short_text", ["x", "x" * 200], [(1, "type"), ("x" * 201, "too_long"), ("a\nb", "format")]),
        ("long_text", ["a\nb", "x" * 10_000], [(True, "type"), (["x"], "type")]),
        ("boolean", [True, False], [("true", "type"), (1, "type")]),
        ("number", [0, -1.5, 10**15], [("1", "type"), (True, "type")]),
        ("date", ["2024-02-29", "1900-01-01", "2199-12-31"], [
            (20240229, "type"), ("2023-02-29", "format"), ("2024-04-31", "format"), ("2024-1-1", "format"),
            ("1899-12-31", "range"), ("2200-01-01", "range"), ("2024-01-01\n", "format"),
        ]),
        ("url", ["https://example.com/ä?x#y", "HTTP://a"], [
            ("ftp://a", "format"), ("https://", "format"), ("https://a b", "format"),
            ("https://a/" + "x" * 1_991, "too_long"), (1, "type"),
        ]),
    ],
)  # fmt: skip
async def test_value_is_judged_by_the_type_of_its_field_when_it_is_given(
    ada: Client, kind: str, fit: list[Any], unfit: list[tuple[Any, str]]
) -> None:
    """Of candidates, applications and jobs alike; what is unfit changes nothing."""
    for applies_to in NOUNS:
        await custom_field(ada, "a", kind, applies_to)
        path = await resource(ada, applies_to)
        for value in fit:
            answer = await ada.patch(path, json={"custom_fields": {"a": value}})
            assert answer.status_code == 200 and answer.json()["custom_fields"] == {"a": value}, answer.text
        before = (await ada.get(path)).json()
        for value, code in unfit:
            answer = await ada.patch(path, json={"custom_fields": {"a": value}, "external_id": "x"})
            assert findings(answer) == [("/custom_fields/a", code)], (applies_to, value)
        assert (await ada.get(path)).json() == before


@pytest.mark.parametrize(
    ("page", "is_fit"),
    [
        *((each, True) for each in (
            "https://example.com", "HTTPS://kim@example.com:443/a?b=c#d", "http://[::1]:8080/", "https://ä.example/ü",
            "http://a:65535", "http://a:/b", "http://a?b", "http://a#b",
        )),
        *((each, False) for each in (
            "https://", "https:///a", "ftp://a", "javascript:alert(1)", "https://a:65536", "https://a:0", "https://a:b",
            'https://a"onclick=x', "https://<b>", "https://a/<b>", "https://a\\b", "https://a/{b}", "https://a/^",
            "https://a/`", "https://a/|", "https://a b", "https://a/ b", "https://[a", "https://a]b", "https://[g::1]",
        )),
    ],
)  # fmt: skip
async def test_address_fits_a_field_when_it_fits_a_link(ada: Client, page: str, is_fit: bool) -> None:
    """SQL judges the one and Python the other, by one rule."""
    await custom_field(ada, "page", "url")
    path = await resource(ada, "candidate")
    for body in ({"custom_fields": {"page": page}}, {"links": [{"value": page, "kind": "website"}]}):
        answer = await ada.patch(path, json=body)
        assert answer.status_code == (200 if is_fit else 422), (body, answer.text)


async def test_value_of_a_select_is_the_id_of_an_option_when_it_is_given(ada: Client, eve: Client) -> None:
    """One, or each of several once; a label, another field's option and another tenant's are none."""
    one = (await custom_field(ada, "one", "single_select", labels=("a", "b")))["options"][0]["id"]
    many = [each["id"] for each in (await custom_field(ada, "many", "multi_select", labels=("a", "b")))["options"]]
    foreign = (await custom_field(eve, "one", "single_select", labels=("a",)))["options"][0]["id"]
    path = await resource(ada, "candidate")
    given: tuple[dict[str, Any], ...] = ({"one": one, "many": many}, {"many": many[::-1]}, {"many": []}, {"one": None})
    for fields in given:
        assert (await ada.patch(path, json={"custom_fields": fields})).status_code == 200
    for key, value, code in (
        ("one", "a", "enum"), ("one", many[0], "enum"), ("one", foreign, "enum"), ("one", [one], "type"),
        ("many", many[0], "type"), ("many", ["a"], "enum"), ("many", [one], "enum"),
        ("many", [many[0], many[0]], "repeated"),
    ):  # fmt: skip
        answer = await ada.patch(path, json={"custom_fields": {key: value}})
        assert findings(answer) == [(f"/custom_fields/{key}", code)], value


async def test_key_is_refused_when_no_field_of_the_resource_has_it(ada: Client, eve: Client) -> None:
    """Unknown, of another kind of resource or of another tenant; all are told at once, with what else is wrong."""
    await custom_field(ada, "mine", applies_to="job")
    await custom_field(eve, "theirs")
    fields = {"mine": "x", "theirs": "x", "nobodys": None}
    wrong = [(f"/custom_fields/{key}", "unknown_field") for key in sorted(fields)]
    body = {"first_name": "Kim", "custom_fields": fields | {"nobodys": 1}, "tags": ["no"]}
    tagged = [("/tags/0", "unknown_reference"), *wrong]
    assert findings(await ada.post("/api/v1/candidates", json=body)) == tagged
    assert findings(await ada.patch(await resource(ada, "candidate"), json={"custom_fields": fields})) == wrong
    job = JOB | {"custom_fields": {"other": 1}}
    assert findings(await ada.post("/api/v1/jobs", json=job)) == [("/custom_fields/other", "unknown_field")]
    assert (await ada.made("/jobs", JOB | {"custom_fields": {"mine": "x"}}))["custom_fields"] == {"mine": "x"}


async def test_application_has_values_when_it_is_added_with_them(ada: Client) -> None:
    """Judged beside what else is wrong, and nothing is added where one is unfit; a transfer copies them."""
    await custom_field(ada, "weeks", "number", "application")
    await custom_field(ada, "theirs")
    job, kim = await open_job(ada), await ada.made("/candidates", {"first_name": "Kim"})
    body = {"candidate_id": kim["id"], "job_id": job["id"], "source_id": job["id"]}
    unfit = body | {"custom_fields": {"weeks": "4", "theirs": "x"}}
    wrong = [
        ("/source_id", "unknown_reference"), ("/custom_fields/theirs", "unknown_field"),
        ("/custom_fields/weeks", "type"),
    ]  # fmt: skip
    assert findings(await ada.post("/api/v1/applications", json=unfit)) == wrong
    assert (await ada.read("/applications"))["items"] == []
    fit = body | {"source_id": None, "custom_fields": {"weeks": 4}}
    added = await ada.made("/applications", fit)
    assert added["custom_fields"] == {"weeks": 4}
    other = await open_job(ada)
    moved = await ada.made(f"/applications/{added['id']}/transfer", {"job_id": other["id"]})
    listed = (await ada.read("/applications", params={"custom.weeks": "4"}))["items"]
    assert [each["id"] for each in listed] == [moved["transferred_to"], added["id"]]


async def test_archived_field_and_option_stay_when_a_resource_has_them(ada: Client) -> None:
    """Kept, changed and removed; once removed they do not come back, and nothing else gets them."""
    field = await custom_field(ada, "many", "multi_select", labels=("a", "b"))
    first, second = field["options"]
    own, other = await resource(ada, "candidate"), await resource(ada, "candidate")
    assert (await ada.patch(own, json={"custom_fields": {"many": [first["id"]]}})).status_code == 200
    options = {"options": [first | {"is_archived": True}, second]}
    assert (await ada.patch(f"{PATH}/{field['id']}", json=options)).status_code == 200
    both = {"custom_fields": {"many": [first["id"], second["id"]]}}
    assert (await ada.patch(own, json=both)).status_code == 200
    assert findings(await ada.patch(other, json=both)) == [("/custom_fields/many", "enum")]
    await ada.made(f"/custom-fields/{field['id']}/archive")
    one = {"custom_fields": {"many": [second["id"]]}}
    assert findings(await ada.patch(other, json=one)) == [("/custom_fields/many", "unknown_field")]
    assert (await ada.patch(own, json=one)).json()["custom_fields"] == one["custom_fields"]
    assert (await ada.patch(own, json={"custom_fields": {"many": None}})).json()["custom_fields"] == {}
    assert findings(await ada.patch(own, json=one)) == [("/custom_fields/many", "unknown_field")]


async def test_twenty_keys_are_kept_when_twenty_clients_give_them_at_once(ada: Client) -> None:
    """Of one candidate, one application and one job: a patch merges what it names, and loses nothing."""
    for applies_to in NOUNS:
        for number in range(20):
            await custom_field(ada, f"k{number}", "number", applies_to)
        path = await resource(ada, applies_to)
        patches = [ada.patch(path, json={"custom_fields": {f"k{number}": number}}) for number in range(20)]
        answers = await asyncio.gather(*patches)
        assert [answer.status_code for answer in answers] == [200] * 20
        shown = (await ada.get(path)).json()
        assert shown["custom_fields"] == {f"k{number}": number for number in range(20)} and shown["version"] == 21


async def test_value_without_a_field_stays_until_it_is_removed(ada: Client, rows: Rows) -> None:
    """As the release before wrote it: shown, kept by other changes, and taken away by null alone."""
    path = await resource(ada, "candidate")
    change = 'UPDATE candidates SET custom_fields = \'{"old": ["x"]}\' WHERE id = %(id)s::uuid RETURNING id'
    await rows(change, id=path.rpartition("/")[2])
    for body in ({"first_name": "Lee"}, {"custom_fields": {"old": ["x"]}}):
        assert (await ada.patch(path, json=body)).json()["custom_fields"] == {"old": ["x"]}
    changed = await ada.patch(path, json={"custom_fields": {"old": ["y"]}})
    assert findings(changed) == [("/custom_fields/old", "unknown_field")]
    assert (await ada.patch(path, json={"custom_fields": {"old": None}})).json()["custom_fields"] == {}
