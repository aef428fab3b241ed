"""What search engines read of a post: a schema.org JobPosting, and what they would not take of it. Pure.

Sources: https://schema.org/JobPosting, and what search engines ask of it:
https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from hiring.domain.codes import major_units, regions, territory_name
from hiring.domain.markup import text_of

EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "volunteer": "VOLUNTEER", "per_diem": "PER_DIEM", "other": "OTHER",
}  # fmt: skip
SHORT_CHARACTERS = 2_000
"""HTML that is longer says more than a title."""
WarningCode = Literal[
    "closed", "country_missing", "description_is_title", "location_missing", "page_missing", "pay_is_zero",
    "pay_ranges_differ", "remote_regions_missing", "remote_regions_unused",
]  # fmt: skip


class PostWarning(msgspec.Struct, frozen=True):
    """Something in a post that search engines will not take."""

    pointer: str
    """A JSON pointer to the member of the post that the warning is about."""
    code: WarningCode
    """What is wrong. `page_missing`: the board has no `post_url_template`. `closed`: `closes_at` is past, so the post
    is not shown. `remote_regions_unused`: the job is not remote, so they are left out. `pay_ranges_differ`: only ranges
    in the currency and period of the first are told."""
    detail: str
    """The same as a sentence, for the author of the post."""


def warnings(post: Mapping[str, Any], *, workplace: str, has_page: bool, now: datetime) -> Iterator[PostWarning]:
    """Yields what search engines will not take of a published post; of an internal one they read nothing.

    Rules: B10.
    `has_page`: whether its board knows the page of the post that people read.
    """
    if post["is_internal"]:
        return
    if not has_page:
        detail = "The board has no post_url_template: search engines need the page that people read."
        yield PostWarning("/job_board_id", "page_missing", detail)
    if post["closes_at"] and datetime.fromisoformat(post["closes_at"]) <= now:
        yield PostWarning("/closes_at", "closed", "This moment is over: the post is not shown.")
    is_short = len(post["body_html"]) < SHORT_CHARACTERS
    if is_short and text_of(post["body_html"]).casefold() == post["title"].casefold():
        yield PostWarning("/body", "description_is_title", "The body says no more than the title.")
    yield from _of_places(post, workplace)
    yield from _of_pay(post["pay_ranges"] or [])


def _of_places(post: Mapping[str, Any], workplace: str) -> Iterator[PostWarning]:
    if workplace == "remote" and not post["remote_regions"]:
        detail = "A remote post names the countries or regions that people may work in."
        yield PostWarning("/remote_regions", "remote_regions_missing", detail)
    if workplace != "remote" and post["remote_regions"]:
        detail = f"The workplace of the job is {workplace}: search engines are not told these."
        yield PostWarning("/remote_regions", "remote_regions_unused", detail)
    if workplace != "remote" and not any(map(is_known, post["locations"])):
        yield PostWarning(
            "/locations", "location_missing", f"A post of a job with the workplace {workplace} names one."
        )
    for place, location in enumerate(post["locations"]):
        if is_known(location) and not country_of(location):
            detail = "The location has neither a country nor a region: search engines need the country."
            yield PostWarning(f"/locations/{place}", "country_missing", detail)


def _of_pay(pay_ranges: list[Mapping[str, Any]]) -> Iterator[PostWarning]:
    for place, pay in enumerate(pay_ranges):
        if pay["max_minor"] == 0:
            yield PostWarning(f"/pay_ranges/{place}", "pay_is_zero", "Search engines are not told pay of nothing.")
    if len({(pay["currency"], pay["period"]) for pay in pay_ranges if pay["max_minor"]}) > 1:
        detail = "Search engines take one currency and one period: they are told those of the first range."
        yield PostWarning("/pay_ranges", "pay_ranges_differ", detail)


def job_posting(post: Mapping[str, Any], *, organization: Mapping[str, Any], page: str | None) -> dict[str, Any]:
    """The JobPosting of a public post.

    `organization`: its name, website_url and logo_url. `page`: the address of the page that people read and apply on;
    without one there is no `url`, and nothing is said of applying.
    """
    shown = {"name": organization["name"], "sameAs": organization["website_url"], "logo": organization["logo_url"]}
    posting: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": post["title"],
        "description": post["body_html"],
        "identifier": {"@type": "PropertyValue", "name": organization["name"], "value": post["id"]},
        "datePosted": post["published_at"][:10],
        "employmentType": EMPLOYMENT_TYPES[post["employment_type"]],
        "hiringOrganization": {"@type": "Organization", **known(shown)},
    }
    if page is not None:
        posting |= {"url": page, "directApply": True}
    if post["closes_at"]:
        posting["validThrough"] = post["closes_at"]
    if places := [place(each) for each in post["locations"] if is_known(each)]:
        posting["jobLocation"] = places
    if post["workplace"] == "remote":
        posting["jobLocationType"] = "TELECOMMUTE"
        if post["remote_regions"]:
            posting["applicantLocationRequirements"] = [territory(each) for each in post["remote_regions"]]
    if pay := salary(post["pay_ranges"]):
        posting["baseSalary"] = pay
    return posting


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value}


def is_known(location: Mapping[str, Any]) -> bool:
    """Whether anything is known of a location."""
    return any(location.values())


def country_of(location: Mapping[str, Any]) -> str | None:
    """The country of a location, which its region implies."""
    return location.get("country") or (location.get("region") or "")[:2] or None


def place(location: Mapping[str, Any]) -> dict[str, Any]:
    """A location as a schema.org Place; where only its name is known, that is its address."""
    country, region = country_of(location), location.get("region") or ""
    address = known({
        "streetAddress": location.get("street"),
        "addressLocality": location.get("city"),
        "addressRegion": regions().get(region) if region[:2] == country else None,
        "postalCode": location.get("postal_code"),
        "addressCountry": country,
    })  # fmt: skip
    shown = {"@type": "PostalAddress", **address} if address else location["name"]
    return {"@type": "Place", **known({"name": location.get("name")}), "address": shown}


def territory(code: str) -> dict[str, str]:
    """Where remote workers may live, as a schema.org Country or State."""
    return {"@type": "State" if "-" in code else "Country", "name": territory_name(code)}


def salary(pay_ranges: list[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Pay as one schema.org MonetaryAmount in major units: all ranges in the currency and the period of the first."""
    paid = [pay for pay in pay_ranges if pay["max_minor"]]
    alike = [pay for pay in paid if (pay["currency"], pay["period"]) == (paid[0]["currency"], paid[0]["period"])]
    if not alike:
        return None
    currency, period = alike[0]["currency"], alike[0]["period"]
    lowest = major_units(min(pay["min_minor"] for pay in alike), currency)
    highest = major_units(max(pay["max_minor"] for pay in alike), currency)
    amount = {"value": lowest} if lowest == highest else {"minValue": lowest, "maxValue": highest}
    value = {"@type": "QuantitativeValue", **amount, "unitText": period.upper()}
    return {"@type": "MonetaryAmount", "currency": currency, "value": value}
