"""Posts: what is refused, what is told, what search engines read."""

import asyncio
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from hiring.handlers.job_boards import is_below
from hiring.http.dependencies import Dependencies
from tests.api.conftest import Rows
from tests.api.journeys import JOB, open_job
from tests.client import Client, findings

POST = {"title": "Engineer", "body": "Come."}


async def test_post_is_refused_when_its_job_is_archived(ada: Client) -> None:
    """What is wrong with the request comes first; an unarchived job takes posts again."""
    job = await ada.made("/jobs", JOB)
    path = f"/api/v1/jobs/{job['id']}/posts"
    archived = await ada.made(f"/jobs/{job['id']}/archive")
    unknown = await ada.post(path, json=POST | {"job_board_id": job["id"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/job_board_id")
    refused = await ada.post(path, json=POST)
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["current"] == {"status": "archived", "version": archived["version"]}
    await ada.made(f"/jobs/{job['id']}/unarchive")
    assert (await ada.post(path, json=POST)).status_code == 201


async def test_translation_is_one_of_the_original_when_it_was_made_from_a_translation(ada: Client) -> None:
    """However long the chain; a second post in a language is refused, also in that of the original."""
    job = await open_job(ada)
    path = f"/jobs/{job['id']}/posts"
    original = latest = await ada.made(path, POST | {"language": "pt"})
    family = [original]
    for language in ("nl", "da", "sv"):
        latest = await ada.made(path, POST | {"language": language, "translation_of": latest["id"]})
        assert latest["translation_of"] == original["id"]
        family.append(latest)
    for post in family:
        for holder in family:
            body = POST | {"language": holder["language"], "translation_of": post["id"]}
            taken = await ada.post(f"/api/v1{path}", json=body)
            assert (taken.status_code, taken.json()["code"]) == (409, "language_taken"), body
            assert taken.json()["current"] == {name: holder[name] for name in ("id", "status", "version")}
            if post is not holder:
                changed = await ada.patch(f"/api/v1/posts/{post['id']}", json={"language": holder["language"]})
                assert (changed.status_code, changed.json()["code"]) == (409, "language_taken")
    await ada.made(path, POST | {"language": "nl"})  # of no original


async def test_one_translation_is_made_when_many_come_at_once(ada: Client) -> None:
    """From original and translations in turn: of each language one, and the others hear which."""
    job = await open_job(ada)
    path = f"/api/v1/jobs/{job['id']}/posts"
    original = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": "en"})
    german = await ada.made(f"/jobs/{job['id']}/posts", POST | {"language": "de", "translation_of": original["id"]})
    bodies: list[dict[str, Any]] = [
        POST | {"language": language, "translation_of": post["id"]}
        for language in ("fr", "it", "es")
        for post in (original, german)
        for _ in range(2)
    ]
    answers = await asyncio.gather(
        *(ada.post(path, json=body) for body in bodies),
        *(ada.patch(f"/api/v1/posts/{german['id']}", json={"language": language}) for language in ("fr", "it")),
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"language_taken"}
    posts = (await ada.read(f"/jobs/{job['id']}/posts", params={"limit": 100}))["items"]
    languages = [post["language"] for post in posts]
    assert len(languages) == len(set(languages)) and {"en", "fr", "it", "es"} <= set(languages)
    assert {post["translation_of"] for post in posts} == {None, original["id"]}


async def test_post_changes_once_when_it_is_published_or_unpublished_twice(ada: Client) -> None:
    """The second time nothing is written; the moment of the first publication stays."""
    post = await ada.made(f"/jobs/{(await open_job(ada))['id']}/posts", POST)
    path, published_at = f"/posts/{post['id']}", set()
    for version, (verb, status) in enumerate(
        [("publish", "published"), ("unpublish", "unpublished"), ("publish", "published")], post["version"] + 1
    ):
        for _ in range(2):
            shown = await ada.made(f"{path}/{verb}")
            assert (shown["status"], shown["version"]) == (status, version)
            published_at.add(shown["published_at"])
    assert len(published_at) == 1
    for verb in ("/publish", "/unpublish"):
        stale = await ada.post(f"/api/v1{path}{verb}", headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")


PLACE = {"name": "HQ", "street": "1 Elgin St", "city": "Ottawa", "region": "CA-ON", "postal_code": "k1p 5w1"}
NOTHING_TO_SEE = {
    "html": (
        "<p></p>",
        "<script>Come.</script>",
        "<!-- Come. -->",
        "<br>&nbsp;<hr>",
        "<img src=x alt=Come>",
        "<a href=x></a>",
    ),
    "plain": (" ", "\n\t\n", "\u200b", "\u00a0\u2003"),
}


async def test_post_is_refused_when_it_contradicts_itself(ada: Client) -> None:
    """Written or changed: with a place of which nothing is known, a place in two countries, nothing to be seen."""
    job = await open_job(ada)
    path = f"/api/v1/jobs/{job['id']}/posts"
    post = await ada.made(f"/jobs/{job['id']}/posts", POST | {"locations": [PLACE]})
    assert post["locations"] == [PLACE | {"postal_code": "K1P 5W1", "country": None}]
    refused: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"locations": [PLACE, {}]}, ("/locations/1", "required")),
        ({"locations": [dict.fromkeys(PLACE)]}, ("/locations/0", "required")),
        ({"locations": [{"region": "CA-ON", "country": "US"}]}, ("/locations/0/region", "contradiction")),
        ({"locations": [PLACE, {"region": "DE-BY", "country": "FR"}]}, ("/locations/1/region", "contradiction")),
        ({"locations": [{"postal_code": "<b>"}]}, ("/locations/0/postal_code", "format")),
        ({"locations": [{"postal_code": "1234567890123"}]}, ("/locations/0/postal_code", "too_long")),
        ({"locations": [{"street": "a\nb"}]}, ("/locations/0/street", "format")),
    ]  # fmt: skip
    refused += [
        ({"body": body, "body_format": form}, ("/body", "required"))
        for form in NOTHING_TO_SEE
        for body in NOTHING_TO_SEE[form]
    ]
    for changes, found in refused:
        for answer in (
            await ada.post(path, json=POST | changes),
            await ada.patch(f"/api/v1/posts/{post['id']}", json=changes),
        ):
            assert findings(answer) == [found], changes
    plain = await ada.patch(f"/api/v1/posts/{post['id']}", json={"body": "<br>", "body_format": "plain"})
    assert plain.status_code == 200  # as plain text it shows
    as_html = await ada.patch(f"/api/v1/posts/{post['id']}", json={"body_format": "html"})
    assert [each["pointer"] for each in as_html.json()["errors"]] == ["/body"]


async def test_office_is_refused_when_its_region_is_of_another_country(ada: Client) -> None:
    """As a post's location is; also when a patch names one of the two."""
    body = {"name": "Lyon", "region": "FR-ARA", "country": "DE"}
    refused = await ada.post("/api/v1/offices", json=body)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/region"]
    office = await ada.made("/offices", body | {"country": "FR"})
    for changes, pointer in (({"country": "DE"}, "/country"), ({"region": "DE-BY"}, "/region")):
        refused = await ada.patch(f"/api/v1/offices/{office['id']}", json=changes)
        assert findings(refused) == [(pointer, "contradiction")]
    moved = await ada.patch(f"/api/v1/offices/{office['id']}", json={"country": "DE", "region": "DE-BY"})
    assert moved.status_code == 200
    assert (await ada.patch(f"/api/v1/offices/{office['id']}", json={"country": None})).status_code == 200
    assert (await ada.patch(f"/api/v1/offices/{office['id']}", json={"region": "FR-IDF"})).status_code == 200


def codes(post: dict[str, Any]) -> list[str]:
    """The codes of the warnings in an answer."""
    return [each["code"] for each in post["warnings"]]


async def test_publishing_warns_when_search_engines_will_not_take_a_post(ada: Client, anybody: Client) -> None:
    """So does each change of a published post, of what is true then; all other answers show the post as it is."""
    job = await open_job(ada, workplace="onsite")
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)
    path = f"/posts/{post['id']}"
    for _ in range(2):
        assert codes(await ada.made(f"{path}/publish")) == ["page_missing", "location_missing"]
    changes: dict[str, Any] = {"locations": [{"city": "Ottawa"}], "remote_regions": ["CA"]}
    told = ["page_missing", "remote_regions_unused", "country_missing"]
    for _ in range(2):  # the second one changes nothing
        assert codes((await ada.patch(f"/api/v1{path}", json=changes)).json()) == told
    assert codes(await ada.made(f"{path}/publish")) == told
    [board] = (await ada.read("/job-boards"))["items"]
    template = "https://careers.example.com/{post_id}?lang=en"
    assert (await ada.patch(f"/api/v1/job-boards/{board['id']}", json={"post_url_template": template})).is_success
    changed = await ada.patch(f"/api/v1{path}", json={"locations": [PLACE], "remote_regions": None})
    assert changed.json()["warnings"] == (await ada.made(f"{path}/publish"))["warnings"] == []
    shown = [post, await ada.read(path), await ada.made(f"{path}/unpublish")]
    shown += [(await ada.patch(f"/api/v1{path}", json={"title": "Off the board"})).json()]
    assert not any("warnings" in each for each in shown)
    await ada.made(f"{path}/publish")
    logo = {"logo_url": "https://acme.example/logo.png", "website_url": "https://acme.example/"}
    assert (await ada.patch("/api/v1/organization", json=logo)).json().items() >= logo.items()
    page = (await anybody.get(f"/api/v1/boards/{ada.organization['slug']}{path}")).json()
    assert page["url"] == page["job_posting"]["url"] == f"https://careers.example.com/{post['id']}?lang=en"
    assert page["job_posting"]["directApply"] is True
    assert page["job_posting"]["hiringOrganization"]["logo"] == logo["logo_url"]
    assert page["job_posting"]["jobLocation"][0]["address"]["addressCountry"] == "CA"


async def test_page_is_nobodys_when_the_board_names_none(ada: Client, anybody: Client) -> None:
    """The address of this API's JSON is not told as one."""
    post = await ada.made(f"/jobs/{(await open_job(ada))['id']}/posts", POST)
    await ada.made(f"/posts/{post['id']}/publish")
    shown = (await anybody.get(f"/api/v1/boards/{ada.organization['slug']}/posts/{post['id']}")).json()
    assert shown["url"] is None and {"url", "directApply"} & shown["job_posting"].keys() == set()
    assert "/api/" not in str(shown["job_posting"])


async def test_logo_is_refused_when_it_is_not_of_https(ada: Client) -> None:
    """A page of https shows no other."""
    for address in (
        "http://acme.example/logo.png",
        "javascript:alert(1)",
        "https://",
        "data:image/png;base64,eA==",
        "//a.b",
    ):
        for name in ("logo_url", "website_url"):
            refused = await ada.patch("/api/v1/organization", json={name: address})
            assert [each["pointer"] for each in refused.json()["errors"]] == [f"/{name}"], address


async def test_post_of_former_times_is_not_published_when_it_shows_nothing(ada: Client, rows: Rows) -> None:
    """What was written before such a body was refused."""
    post = await ada.made(f"/jobs/{(await open_job(ada))['id']}/posts", POST)
    for empty in ("<p></p>", "", "<div>\n&nbsp;</div>"):
        await rows(
            "UPDATE posts SET body_html = %(empty)s WHERE id = %(id)s RETURNING 1", empty=empty, id=UUID(post["id"])
        )
        refused = await ada.post(f"/api/v1/posts/{post['id']}/publish")
        assert findings(refused) == [("/body", "required")]
    assert (await ada.read(f"/posts/{post['id']}"))["status"] == "draft"


async def test_page_of_posts_is_refused_when_it_is_an_answer_of_this_api(
    ada: Client, dependencies: Dependencies
) -> None:
    """However its host is written; another path, port or host is a page of somebody's."""
    public = urlsplit(dependencies.settings.api.public_url)
    path = f"/api/v1/boards/{ada.organization['slug']}/posts/{{post_id}}"
    [board] = (await ada.read("/job-boards"))["items"]
    wrong = [f"{scheme}://{public.netloc}{path}" for scheme in ("http", "https", "HTTP")]
    wrong += [f"http://{public.netloc.replace('localhost', 'LocalHost')}/api/{{post_id}}?format=html"]
    for template in wrong:
        for answer in (
            await ada.patch(f"/api/v1/job-boards/{board['id']}", json={"post_url_template": template}),
            await ada.post("/api/v1/job-boards", json={"slug": "own", "name": "Own", "post_url_template": template}),
        ):
            assert findings(answer) == [("/post_url_template", "format")]
    for template in (
        f"http://{public.netloc}/apiary/{{post_id}}", f"http://{public.hostname}:9{path}", f"https://a.example{path}",
    ):  # fmt: skip
        changed = await ada.patch(f"/api/v1/job-boards/{board['id']}", json={"post_url_template": template})
        assert changed.json()["post_url_template"] == template


def test_hosts_are_the_same_when_only_the_port_of_their_scheme_differs() -> None:
    """A path is below another one from its beginning on."""
    base = "https://hire.example/v/api/"
    for address in (
        "https://HIRE.example:443/v/api/x",
        "http://hire.example/v/api/",
        "http://hire.example:80/v/api/x#y",
    ):
        assert is_below(address, base), address
    for address in (
        "https://hire.example/api/x",
        "https://hire.example:8443/v/api/x",
        "https://hire.example.org/v/api/x",
    ):
        assert not is_below(address, base), address
