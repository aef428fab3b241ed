"""Feeds of a board: read by what others wrote, for hostile words and for what is not known."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import fastfeedparser
import feedparser
import jsonschema_rs
import msgspec
import pytest
import xmlschema

from hiring.domain.feeds import INDEED, JSON_FEED, RSS, Channel, Feed

CHANNEL = Channel(
    title="Acme <Karriere> & more", language="de", organization_name="Acme & Söhne", website_url="https://acme.example/",
    board_url="https://api.example/api/v1/boards/acme", feed_url="https://api.example/api/v1/boards/acme/feeds/rss",
)  # fmt: skip
POST: dict[str, Any] = {
    "id": "01990000-0000-7000-8000-000000000001", "original_id": "01990000-0000-7000-8000-000000000000",
    "title": "Engineer", "language": "de", "body_html": "<p>Come &amp; <b>build</b>.</p>",
    "locations": [{"name": None}, {"city": "Graz", "region": "AT-6", "postal_code": "8010", "street": "Ring 1"}],
    "remote_regions": [], "employment_type": "full_time", "workplace": "hybrid", "department": "Research & more",
    "pay_ranges": [{"min_minor": 5_000_000, "max_minor": 7_000_050, "currency": "EUR", "period": "year"}],
    "published_at": "2026-06-01T08:30:00.123456Z", "closes_at": "2026-09-01T00:00:00.000000Z",
    "updated_at": "2026-06-02T09:00:00.000000Z", "url": "https://acme.example/jobs?id=1&from=%3Cfeed%3E",
}  # fmt: skip
BARE = POST | {
    "id": "01990000-0000-7000-8000-000000000002", "locations": [], "pay_ranges": [], "department": None,
    "closes_at": None, "employment_type": "volunteer", "workplace": "onsite",
}  # fmt: skip
HOSTILE = [
    "a ]]> b ]]]]>> <![CDATA[ c", "]]>", "]]", "<script>alert(1)</script>", "&amp;amp; &#0; &lt;",
    "-- --> <!-- <?xml ?>",
    "💡 李 \u202eabc\u202c", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1",
    "e\u0301 \U0010fffd \ufffd", "\"'`",
]  # fmt: skip
FORBIDDEN = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("indeed_feed.xsd"))
ITEM = {
    "type": "object", "required": ["id", "content_html"], "additionalProperties": False,
    "properties": {
        "id": {"type": "string"}, "url": {"type": "string", "format": "uri"}, "title": {"type": "string"},
        "content_html": {"type": "string"}, "language": {"type": "string"},
        "date_published": {"type": "string", "format": "date-time"},
        "date_modified": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
JSON_FEED_1_1 = {
    "type": "object", "required": ["version", "title", "items"], "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": {"type": "string"},
        "home_page_url": {"type": "string", "format": "uri"}, "feed_url": {"type": "string", "format": "uri"},
        "language": {"type": "string"}, "items": {"type": "array", "items": ITEM},
        "authors": {"type": "array", "items": {"type": "object", "anyOf": [{"required": ["name"]}]}},
    },
}  # fmt: skip
"""Of the members that we write, as https://www.jsonfeed.org/version/1.1/ describes them."""


def rss_of(*posts: dict[str, Any]) -> Any:
    """RSS as feedparser reads it, which changes no HTML."""
    found = feedparser.parse(RSS.written(CHANNEL, posts), sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "rss20"
    return found


def json_feed_of(*posts: dict[str, Any]) -> Any:
    """A JSON feed that is valid, and that fastfeedparser reads as it was meant."""
    text = JSON_FEED.written(CHANNEL, posts)
    found = json.loads(text)
    jsonschema_rs.Draft202012Validator(JSON_FEED_1_1, validate_formats=True).validate(found)
    read = fastfeedparser.parse(text)
    assert (read.feed.title, read.feed.language) == (CHANNEL.title, CHANNEL.language)
    assert [(each.id, each.title, each.content[0]["value"], each.link) for each in read.entries] == [
        (each["id"], each["title"], each["content_html"], each.get("url", "")) for each in found["items"]
    ]
    return found


def indeed_of(*posts: dict[str, Any], channel: Channel = CHANNEL) -> ET.Element:
    """A feed for Indeed that is valid."""
    text = INDEED.written(channel, posts)
    SCHEMA.validate(text)
    return ET.fromstring(text)


def told(job: ET.Element) -> dict[str, str | None]:
    """The elements of a job."""
    return {each.tag: each.text for each in job}


def test_rss_is_read_as_it_was_meant() -> None:
    """The channel names itself; an item has its text, its address, and an id that is none."""
    found = rss_of(POST, BARE)
    [link, itself] = found.feed.links
    assert (found.feed.title, found.feed.language, found.feed.description) == (CHANNEL.title, "de", "Acme & Söhne")
    assert (link.href, itself.href, itself.rel, itself.type) == (
        "https://acme.example/", CHANNEL.feed_url, "self", "application/rss+xml",
    )  # fmt: skip
    first, second = found.entries
    assert (first.title, first.summary, first.link) == ("Engineer", POST["body_html"], POST["url"])
    assert (first.id, first.guidislink) == (POST["id"], False)
    assert first.published_parsed[:6] == (2026, 6, 1, 8, 30, 0)
    assert first.published == "Mon, 01 Jun 2026 08:30:00 GMT"
    assert [each.term for each in first.tags] == ["Research & more"] and "tags" not in second


def test_json_feed_is_as_its_version_says() -> None:
    """What is not known is left out."""
    found = json_feed_of(POST, BARE)
    assert found["title"] == CHANNEL.title and found["home_page_url"] == "https://acme.example/"
    assert found["authors"] == [{"name": "Acme & Söhne", "url": "https://acme.example/"}]
    first, second = found["items"]
    assert first == {
        "id": POST["id"], "url": POST["url"], "title": "Engineer", "content_html": POST["body_html"],
        "date_published": POST["published_at"], "date_modified": POST["updated_at"], "tags": ["Research & more"],
        "language": "de",
    }  # fmt: skip
    assert "tags" not in second


def test_indeed_is_told_what_is_known() -> None:
    """The first place of which anything is known, pay as one line; the latest change is the date of the feed."""
    found = indeed_of(POST, BARE)
    first, second = map(told, found.findall("job"))
    assert first == {
        "title": "Engineer", "date": "2026-06-01T08:30:00Z", "referencenumber": POST["id"],
        "requisitionid": POST["original_id"], "url": POST["url"], "company": "Acme & Söhne", "city": "Graz",
        "state": "Steiermark", "country": "AT", "postalcode": "8010", "streetaddress": "Ring 1",
        "description": POST["body_html"], "salary": "EUR 50000 - 70000.5 per year", "jobtype": "fulltime",
        "category": "Research & more", "remotetype": "Hybrid remote", "expirationdate": "2026-09-01T00:00:00Z",
    }  # fmt: skip
    assert second.keys() == {
        "title", "date", "referencenumber", "requisitionid", "url", "company", "description",
    }  # fmt: skip
    built_at = parsedate_to_datetime(found.findtext("lastBuildDate") or "")
    assert built_at == datetime(2026, 6, 2, 9, tzinfo=UTC)
    assert found.findtext("publisher") == "Acme & Söhne" and found.findtext("publisherurl") == "https://acme.example/"
    assert "<![CDATA[<p>Come &amp; <b>build</b>.</p>]]>" in INDEED.written(CHANNEL, [POST])


def test_indeed_is_told_where_people_may_live_when_the_work_is_remote() -> None:
    """The first region that people may work from; one amount of pay is no range."""
    pay = {"min_minor": 5_000, "max_minor": 5_000, "currency": "JPY", "period": "hour"}
    remote = BARE | {"workplace": "remote", "remote_regions": ["US-AZ", "AT"], "pay_ranges": [pay]}
    found = told(indeed_of(remote)[-1])
    assert (found["state"], found["country"], found["remotetype"]) == ("Arizona", "US", "Fully remote")
    assert found["salary"] == "JPY 5000 per hour" and "city" not in found
    unused = told(indeed_of(BARE | {"remote_regions": ["US-AZ"]})[-1])
    assert "country" not in unused and "state" not in unused


@pytest.mark.parametrize(
    ("place", "remote_regions", "state", "country"),
    [
        ({"city": "Berlin", "country": "DE"}, ["US-CA"], None, "DE"),
        ({"city": "Berlin", "country": "DE"}, ["DE-BE"], "Berlin", "DE"),
        ({"city": "Graz", "region": "AT-6"}, ["US-CA"], "Steiermark", "AT"),
        ({"name": "Lab"}, ["US-CA"], "California", "US"),
        ({"city": "Berlin", "country": "DE"}, ["US"], None, "DE"),
    ],
)
def test_state_is_one_of_the_country_when_indeed_is_told_of_remote_work(
    place: dict[str, str], remote_regions: list[str], state: str | None, country: str
) -> None:
    """Where people may work says nothing of a place in another country."""
    post = BARE | {"workplace": "remote", "locations": [place], "remote_regions": remote_regions}
    found = told(indeed_of(post)[-1])
    assert (found.get("state"), found["country"]) == (state, country)


def test_feed_has_no_addresses_when_the_board_knows_none() -> None:
    """Items without one; for Indeed, which demands one, no jobs. The channel leads to the board itself."""
    post = POST | {"url": None}
    assert "link" not in rss_of(post).entries[0] and "url" not in json_feed_of(post)["items"][0]
    assert [each.tag for each in indeed_of(post)] == ["publisher", "publisherurl"]
    unknown = msgspec.structs.replace(CHANNEL, website_url=None)
    assert [each.tag for each in indeed_of(post, channel=unknown)] == ["publisher"]
    assert feedparser.parse(RSS.written(unknown, [])).feed.link == CHANNEL.board_url
    assert "home_page_url" not in json.loads(JSON_FEED.written(unknown, []))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_out_as_they_went_in(text: str) -> None:
    """In every place where people write, of each feed."""
    post = POST | {"title": text, "body_html": f"<p>{text}</p>", "department": text}
    entry, item, job = rss_of(post).entries[0], json_feed_of(post)["items"][0], told(indeed_of(post)[-1])
    for title, body, department in (
        (entry.title, entry.summary, entry.tags[0].term), (item["title"], item["content_html"], item["tags"][0]),
        (job["title"], job["description"], job["category"]),
    ):  # fmt: skip
        assert (title, body, department) == (text, f"<p>{text}</p>", text)


@pytest.mark.parametrize("feed", [RSS, INDEED])
def test_characters_that_xml_forbids_are_dropped(feed: Feed) -> None:
    """The others beside them stay, also those that end a section once the others are gone."""
    post = POST | {
        "title": f"A{FORBIDDEN}B",
        "body_html": f"<p>]{FORBIDDEN}]\x01>\t\n💡</p>",
        "url": "https://a.example/",
    }
    root = ET.fromstring(feed.written(CHANNEL, [post]))
    texts = {each.tag: each.text for each in root.iter()}
    assert (texts["title"], texts["description"]) == ("AB", "<p>]]>\t\n💡</p>")


@pytest.mark.parametrize("feed", [RSS, JSON_FEED, INDEED])
def test_feed_without_posts_is_a_feed(feed: Feed) -> None:
    """A board may be empty."""
    assert feed.written(CHANNEL, [])
    assert rss_of().entries == [] and json_feed_of()["items"] == [] and indeed_of().findall("job") == []
