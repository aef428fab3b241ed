"""What readers of feeds and job sites take of a board: RSS 2.0, JSON Feed 1.1, and the XML feed of Indeed. Pure.

Sources: https://www.rssboard.org/rss-specification, https://www.jsonfeed.org/version/1.1/,
https://docs.indeed.com/indeed-apply/xml-feed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, NamedTuple
from xml.dom.minidom import Document, Element  # writes alone, and has CDATA, which Indeed asks for

import msgspec

from hiring.domain.codes import regions
from hiring.domain.job_postings import country_of, is_known, salary

MAXIMUM_BYTES = 4 * 1024 * 1024
"""So much text of posts is in a feed; older posts are left out. Markup that is escaped may take three times as much."""
ATOM = "http://www.w3.org/2005/Atom"
NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that a document cannot have, in any form. Source: XML 1.0, section 2.2."""
JOB_TYPES: Mapping[str, str] = {
    "full_time": "fulltime", "part_time": "parttime", "contract": "contract", "temporary": "temporary",
    "internship": "internship",
}  # fmt: skip
"""Kinds of employment in the words of Indeed, which has none for the others."""
REMOTE_TYPES: Mapping[str, str] = {"remote": "Fully remote", "hybrid": "Hybrid remote"}

Post = Mapping[str, Any]
"""A public post with its text, its `url`, which may be None, and what is told of its job."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of itself: whose it is, its own address, and the page of the organization that hires."""

    title: str
    language: str
    organization_name: str
    website_url: str | None
    board_url: str
    feed_url: str


class Feed(NamedTuple):
    """A kind of feed: its media type, the most posts that it has, and what writes it, the latest post first."""

    media_type: str
    maximum_posts: int
    written: Callable[[Channel, Sequence[Post]], str]


def rss(channel: Channel, posts: Sequence[Post]) -> str:
    """A board as RSS 2.0. A post without an address has no link. Rules: B28."""
    document = Document()
    root = add(document, "rss", {"version": "2.0", "xmlns:atom": ATOM})
    top = add(root, "channel")
    add_text(top, "title", channel.title)
    add_text(top, "link", channel.website_url or channel.board_url)
    add_text(top, "description", channel.organization_name)
    add_text(top, "language", channel.language)
    add(top, "atom:link", {"href": channel.feed_url, "rel": "self", "type": RSS.media_type})
    for post in posts:
        item = add(top, "item")
        add_text(item, "title", post["title"])
        add_text(item, "link", post["url"])
        add_text(item, "description", post["body_html"])
        add_text(item, "category", post["department"])
        add_text(item, "guid", post["id"], {"isPermaLink": "false"})
        add_text(item, "pubDate", format_datetime(datetime.fromisoformat(post["published_at"]), usegmt=True))
    return text_of(document)


def json_feed(channel: Channel, posts: Sequence[Post]) -> str:
    """A board as JSON Feed 1.1. What is not known is left out. Rules: B28."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": channel.title, "home_page_url": channel.website_url,
        "feed_url": channel.feed_url, "language": channel.language,
        "authors": [known({"name": channel.organization_name, "url": channel.website_url})],
        "items": [
            known({
                "id": post["id"], "url": post["url"], "title": post["title"], "content_html": post["body_html"],
                "date_published": post["published_at"], "date_modified": post["updated_at"],
                "tags": [post["department"]] if post["department"] else None, "language": post["language"],
            })
            for post in posts
        ],
    }  # fmt: skip
    return msgspec.json.encode(known(feed)).decode()


def indeed(channel: Channel, posts: Sequence[Post]) -> str:
    """A board as the XML feed of Indeed. A post without an address is left out: Indeed demands one. Rules: B28, B29."""
    document = Document()
    source = add(document, "source")
    listed = [post for post in posts if post["url"]]
    add_text(source, "publisher", channel.organization_name)
    add_text(source, "publisherurl", channel.website_url)
    if listed:
        changed_at = max(datetime.fromisoformat(post["updated_at"]) for post in listed)
        add_text(source, "lastBuildDate", format_datetime(changed_at, usegmt=True))
    for post in listed:
        job = add(source, "job")
        for name, text in indeed_job(channel, post):
            add_cdata(job, name, text)
    return text_of(document)


def indeed_job(channel: Channel, post: Post) -> Iterator[tuple[str, str | None]]:
    """Yields the elements of a job in their order, with None for what is not known: its first place alone is told."""
    place: Mapping[str, Any] = next(filter(is_known, post["locations"]), {})
    territory = next(iter(post["remote_regions"]), "") if post["workplace"] == "remote" else ""
    country, region = country_of(place) or territory[:2], place.get("region") or territory
    yield "title", post["title"]
    yield "date", to_the_second(post["published_at"])
    yield "referencenumber", post["id"]
    yield "requisitionid", post["original_id"]
    yield "url", post["url"]
    yield "company", channel.organization_name
    yield "city", place.get("city") or place.get("name")
    yield "state", regions().get(region) if region[:2] == country else None
    yield "country", country
    yield "postalcode", place.get("postal_code")
    yield "streetaddress", place.get("street")
    yield "description", post["body_html"]
    yield "salary", pay(post["pay_ranges"])
    yield "jobtype", JOB_TYPES.get(post["employment_type"])
    yield "category", post["department"]
    yield "remotetype", REMOTE_TYPES.get(post["workplace"])
    yield "expirationdate", to_the_second(post["closes_at"])


def pay(pay_ranges: list[Mapping[str, Any]]) -> str | None:
    """Pay as a line: `EUR 52000 - 60000 per year`, as search engines are told it."""
    if (found := salary(pay_ranges)) is None:
        return None
    amounts = (found.value.min_value, found.value.value, found.value.max_value)
    told = " - ".join(str(amount) for amount in amounts if amount is not msgspec.UNSET)
    return f"{found.currency} {told} per {found.value.unit_text.lower()}"


def to_the_second(instant: str | None) -> str | None:
    """An instant of ours, which ends in Z, without the fraction of its second: `2026-06-01T08:30:00Z`."""
    return instant and f"{instant[:19]}Z"


def known(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def add(parent: Document | Element, name: str, attributes: Mapping[str, str] | None = None) -> Element:
    """Adds an element without a text."""
    element = parent.appendChild(document_of(parent).createElement(name))
    for key, value in (attributes or {}).items():
        element.setAttribute(key, NOT_OF_XML.sub("", value))
    return element


def add_text(parent: Element, name: str, text: str | None, attributes: Mapping[str, str] | None = None) -> None:
    """Adds an element with a text that is escaped, where there is one."""
    if text := NOT_OF_XML.sub("", text or ""):
        add(parent, name, attributes).appendChild(document_of(parent).createTextNode(text))


def add_cdata(parent: Element, name: str, text: str | None) -> None:
    """Adds an element with a text as CDATA, where there is one. What would end a section is divided between two."""
    if text := NOT_OF_XML.sub("", text or ""):
        element = add(parent, name)
        for section in re.split("(?<=]])(?=>)", text):
            element.appendChild(document_of(parent).createCDATASection(section))


def document_of(node: Document | Element) -> Document:
    """The document that makes the parts of a node."""
    found = node if isinstance(node, Document) else node.ownerDocument
    assert found is not None
    return found


def text_of(document: Document) -> str:
    """A document as it is sent."""
    return document.toxml("utf-8").decode()


RSS = Feed("application/rss+xml", 100, rss)
JSON_FEED = Feed("application/feed+json", 100, json_feed)
INDEED = Feed("application/xml", 1_000, indeed)
