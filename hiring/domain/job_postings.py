"""What search engines read of a post: a schema.org JobPosting, and what to warn its author of. Pure.

Sources: https://schema.org/JobPosting, and what search engines ask of it:
https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from hiring.domain.codes import major_units, regions, territory_name
from hiring.domain.markup import text_of
from hiring.domain.schema_org import (
    AdministrativeArea,
    Employment,
    HiringOrganization,
    JobPosting,
    MonetaryAmount,
    Place,
    PostalAddress,
    PropertyValue,
    QuantitativeValue,
)

EMPLOYMENT_TYPES: Mapping[str, Employment] = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "volunteer": "VOLUNTEER", "per_diem": "PER_DIEM", "other": "OTHER",
}  # fmt: skip
SHORT_CHARACTERS = 2_000
"""HTML that is longer says more than a title."""
WarningCode = Literal[
    "closed", "country_missing", "description_is_title", "location_missing", "page_missing", "pay_before_interview",
    "pay_is_zero", "pay_ranges_differ", "region_missing", "remote_regions_missing", "remote_regions_unused",
]  # fmt: skip


class PostWarning(msgspec.Struct, frozen=True):
    """Something in a post that search engines will not take, or that a law demands later or may demand now."""

    pointer: str
    """A JSON pointer to the member of the post that the warning is about."""
    code: WarningCode
    """What is wrong. `page_missing`: the board has no `post_url_template`. `closed`: `closes_at` is past, so the post
    is not shown. `description_is_title`: the body says no more than the title. `location_missing`: no place of work is
    named, though the job is not remote. `country_missing`: a location has neither a country nor a region.
    `remote_regions_missing`: a remote job names no country or region to work in. `remote_regions_unused`: the job is
    not remote, so they are left out. `pay_is_zero`: a range whose maximum is 0 is left out. `pay_ranges_differ`: only
    ranges in the currency and period of the first are told. `pay_before_interview`: the law of a place of the post
    demands that applicants know the pay before their interview, and the post does not tell it. `region_missing`: a
    location, or an office of the job (at `/job_id`), names a country, parts of which have a law on pay, but no region,
    and the post does not tell the pay."""
    detail: str
    """The same as a sentence, for the author of the post."""


def warnings(
    post: Mapping[str, Any], *, workplace: str, has_page: bool, law_before_interview: str | None,
    without_region: Sequence[str], now: datetime,
) -> Iterator[PostWarning]:  # fmt: skip
    """Yields what to warn the author of a published post of; search engines do not see an internal one.

    Rules: B10, B36, B38.
    `has_page`: whether its board knows the page of the post that people read. `law_before_interview`: the law by which
    applicants are told the pay before their interview, where the post does not tell it. `without_region`: pointers to
    what lacks the region by which laws demand the pay, where the post does not tell it.
    """
    if law_before_interview is not None:
        detail = f"Tell applicants the pay before their interview ({law_before_interview})."
        yield PostWarning("/pay_ranges", "pay_before_interview", detail)
    for pointer in without_region:
        detail = "Parts of this country have laws on pay: name the region, or state the pay."
        yield PostWarning(pointer, "region_missing", detail)
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


def job_posting(post: Mapping[str, Any], *, organization: Mapping[str, Any], page: str | None) -> JobPosting:
    """The JobPosting of a public post.

    `organization`: its name, website_url and logo_url. `page`: the address of the page that people read and apply on;
    without one there is no `url`, and nothing is said of applying.
    """
    name, is_remote = organization["name"], post["workplace"] == "remote"
    return JobPosting(
        context="https://schema.org",
        type="JobPosting",
        title=post["title"],
        description=post["body_html"],
        identifier=PropertyValue(type="PropertyValue", name=name, value=post["id"]),
        date_posted=post["published_at"][:10],
        employment_type=EMPLOYMENT_TYPES[post["employment_type"]],
        hiring_organization=HiringOrganization(
            type="Organization", name=name, same_as=organization["website_url"] or UNSET,
            logo=organization["logo_url"] or UNSET,
        ),
        url=UNSET if page is None else page,
        direct_apply=UNSET if page is None else True,
        valid_through=post["closes_at"] or UNSET,
        job_location=[place(each) for each in post["locations"] if is_known(each)] or UNSET,
        job_location_type="TELECOMMUTE" if is_remote else UNSET,
        applicant_location_requirements=[territory(each) for each in post["remote_regions"] if is_remote] or UNSET,
        base_salary=salary(post["pay_ranges"]) or UNSET,
    )  # fmt: skip


def is_known(location: Mapping[str, Any]) -> bool:
    """Whether anything is known of a location."""
    return any(location.values())


def country_of(location: Mapping[str, Any]) -> str | None:
    """The country of a location, which its region implies."""
    return location.get("country") or (location.get("region") or "")[:2] or None


def place(location: Mapping[str, Any]) -> Place:
    """A location as a schema.org Place; where only its name is known, that is its address."""
    name, country, region = location.get("name"), country_of(location), location.get("region") or ""
    if name and not any(value for member, value in location.items() if member != "name"):
        return Place(type="Place", name=name, address=name)
    address = PostalAddress(
        type="PostalAddress",
        street_address=location.get("street") or UNSET,
        address_locality=location.get("city") or UNSET,
        address_region=regions().get(region, UNSET) if region[:2] == country else UNSET,
        postal_code=location.get("postal_code") or UNSET,
        address_country=country or UNSET,
    )
    return Place(type="Place", name=name or UNSET, address=address)


def territory(code: str) -> AdministrativeArea:
    """Where remote workers may live, as a schema.org Country or State."""
    return AdministrativeArea(type="State" if "-" in code else "Country", name=territory_name(code))


def salary(pay_ranges: list[Mapping[str, Any]]) -> MonetaryAmount | None:
    """Pay as one schema.org MonetaryAmount in major units: all ranges in the currency and the period of the first."""
    paid = [pay for pay in pay_ranges if pay["max_minor"]]
    alike = [pay for pay in paid if (pay["currency"], pay["period"]) == (paid[0]["currency"], paid[0]["period"])]
    if not alike:
        return None
    currency, unit = alike[0]["currency"], alike[0]["period"].upper()
    lowest = major_units(min(pay["min_minor"] for pay in alike), currency)
    highest = major_units(max(pay["max_minor"] for pay in alike), currency)
    if lowest == highest:
        value = QuantitativeValue(type="QuantitativeValue", value=lowest, unit_text=unit)
    else:
        value = QuantitativeValue(type="QuantitativeValue", min_value=lowest, max_value=highest, unit_text=unit)
    return MonetaryAmount(type="MonetaryAmount", currency=currency, value=value)
