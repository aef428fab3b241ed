"""What search engines read of a published post: its structured data, taken out of a page as they do.

What Google requires and recommends:
https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import extruct
import pytest

from tests.api.journeys import open_job, published_post
from tests.client import Client

PAGE = "https://careers.acme.example/jobs/{post_id}"
ACME = {"website_url": "https://acme.example/", "logo_url": "https://acme.example/logo.png"}
HOSTILE = 'R&D </script><script>alert(1)</script> "<!--" // \u2028 Lead'
CLOSES_AT = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0)
WHOLE: dict[str, Any] = {
    "title": HOSTILE, "body": "<p>Build &amp; test.</p><ul><li>Meters</li></ul>", "body_format": "html",
    "locations": [{
        "name": "Lab", "street": "Ring 1", "city": "Graz", "region": "AT-6", "postal_code": "8010", "country": "AT",
    }],
    "remote_regions": ["AT", "DE-BY"],
    "pay_ranges": [{"min_minor": 5_000_050, "max_minor": 6_000_000, "currency": "EUR", "period": "year"}],
    "closes_at": CLOSES_AT.isoformat(),
}  # fmt: skip
GOOGLE: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]] = {
    # required
    "title": lambda told, post: told["title"] == HOSTILE,
    "description": lambda told, post: told["description"] == post["body_html"] != told["title"],
    "datePosted": lambda told, post: date.fromisoformat(told["datePosted"]) == day_of(post["published_at"]),
    "hiringOrganization": lambda told, post: told["hiringOrganization"] == {
        "@type": "Organization", "name": post["organization_name"], "sameAs": ACME["website_url"],
        "logo": ACME["logo_url"],
    },
    "jobLocation": lambda told, post: told["jobLocation"] == [{"@type": "Place", "name": "Lab", "address": {
        "@type": "PostalAddress", "streetAddress": "Ring 1", "addressLocality": "Graz", "addressRegion": "Steiermark",
        "postalCode": "8010", "addressCountry": "AT",
    }}],
    # recommended
    "applicantLocationRequirements": lambda told, post: told["applicantLocationRequirements"] == [
        {"@type": "Country", "name": "Austria"}, {"@type": "State", "name": "Bayern, Germany"},
    ],
    "baseSalary": lambda told, post: told["baseSalary"] == {
        "@type": "MonetaryAmount", "currency": "EUR",
        "value": {"@type": "QuantitativeValue", "minValue": 50_000.5, "maxValue": 60_000, "unitText": "YEAR"},
    },
    "directApply": lambda told, post: told["directApply"] is True,
    "employmentType": lambda told, post: told["employmentType"] == "FULL_TIME",
    "identifier": lambda told, post: told["identifier"] == {
        "@type": "PropertyValue", "name": post["organization_name"], "value": post["id"],
    },
    "jobLocationType": lambda told, post: told["jobLocationType"] == "TELECOMMUTE",
    "url": lambda told, post: told["url"] == post["url"] == PAGE.format(post_id=post["id"]),
    "validThrough": lambda told, post: datetime.fromisoformat(told["validThrough"]) == CLOSES_AT,
}  # fmt: skip
"""Property → whether it tells what is so; of these, Google does not ask for `url` alone."""


def day_of(instant: str) -> date:
    """The day of an instant in UTC."""
    return datetime.fromisoformat(instant).astimezone(UTC).date()


def page_of(posting: dict[str, Any]) -> str:
    """A page with structured data, as the guide writes one: no text in it may end the element."""
    text = json.dumps(posting, ensure_ascii=False).replace("<", "\\u003c")
    return f'<!doctype html><title>Job</title><script type="application/ld+json">{text}</script><p>Come.</p>'


def read_by_engines(posting: dict[str, Any]) -> dict[str, Any]:
    """The only thing that a page tells search engines."""
    found = extruct.extract(page_of(posting), base_url="https://careers.acme.example/", syntaxes=["json-ld"])
    [told] = found["json-ld"]
    result: dict[str, Any] = told
    return result


@pytest.fixture
async def post(ada: Client, anybody: Client) -> dict[str, Any]:
    """A published post of a remote job with all that can be told, as the public reads it."""
    [board] = (await ada.read("/job-boards"))["items"]
    for path, body in ((f"/job-boards/{board['id']}", {"post_url_template": PAGE}), ("/organization", ACME)):
        assert (await ada.patch(f"/api/v1{path}", json=body)).is_success
    path = await published_post(ada, await open_job(ada, workplace="remote"), **WHOLE)
    return dict((await anybody.get(path)).json())


async def test_post_is_read_to_the_letter_when_its_data_is_in_a_page(post: dict[str, Any]) -> None:
    """Whatever its texts contain; it is of the type that engines look for."""
    told = read_by_engines(post["job_posting"])
    assert told == post["job_posting"]
    assert (told["@context"], told["@type"]) == ("https://schema.org", "JobPosting")


async def test_property_is_told_when_google_asks_for_it(post: dict[str, Any]) -> None:
    """Each one that is required or recommended, and no other."""
    told = read_by_engines(post["job_posting"])
    wrong = {name: told.get(name) for name, is_right in GOOGLE.items() if not is_right(told, post)}
    assert not wrong
    assert told.keys() - {"@context", "@type"} == GOOGLE.keys()


async def test_required_property_is_told_when_a_post_says_the_least(ada: Client, anybody: Client) -> None:
    """What it does not know is absent, not null: only the place is missing, of which publishing warns."""
    path = await published_post(ada, await open_job(ada))
    told = read_by_engines((await anybody.get(path)).json()["job_posting"])
    assert {"title", "description", "datePosted", "hiringOrganization"} <= told.keys()
    assert "jobLocation" not in told and None not in told.values()
    warnings = (await ada.made(f"/posts/{path.rpartition('/')[2]}/publish"))["warnings"]
    assert "location_missing" in [each["code"] for each in warnings]
