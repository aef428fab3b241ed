"""What a public board shows of a post: data for search engines, the application form. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from hiring.domain.codes import major_units, regions, territory_name

FIELDS = ("first_name", "last_name", "email", "phone", "location", "resume", "cover_letter", "links")
ALWAYS_REQUIRED = ("first_name", "email")
EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "volunteer": "VOLUNTEER", "per_diem": "PER_DIEM", "other": "OTHER",
}  # fmt: skip


def job_posting(post: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The schema.org JobPosting of a post.

    Source: https://schema.org/JobPosting, and what search engines ask of it:
    https://developers.google.com/search/docs/appearance/structured-data/job-posting.
    """
    posting: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": post["title"],
        "description": post["body_html"],
        "identifier": {"@type": "PropertyValue", "name": post["organization_name"], "value": post["id"]},
        "datePosted": post["published_at"][:10],
        "employmentType": EMPLOYMENT_TYPES[post["employment_type"]],
        "hiringOrganization": {"@type": "Organization", "name": post["organization_name"]},
        "directApply": True,
        "url": url,
    }
    if post["closes_at"]:
        posting["validThrough"] = post["closes_at"]
    if post["locations"]:
        posting["jobLocation"] = [place(each) for each in post["locations"]]
    if post["workplace"] == "remote":
        posting["jobLocationType"] = "TELECOMMUTE"
        if post["remote_regions"]:
            posting["applicantLocationRequirements"] = [territory(each) for each in post["remote_regions"]]
    if post["pay_ranges"]:
        salaries = [salary(each) for each in post["pay_ranges"]]
        posting["baseSalary"] = salaries[0] if len(salaries) == 1 else salaries
    return posting


def place(location: Mapping[str, Any]) -> dict[str, Any]:
    """A location as a schema.org Place; where only its name is known, that is its address."""
    parts = {
        "addressLocality": location.get("city"),
        "addressRegion": regions().get(location.get("region") or ""),
        "addressCountry": location.get("country"),
    }
    known = {name: text for name, text in parts.items() if text}
    named = {"name": location["name"]} if location.get("name") else {}
    address = {"@type": "PostalAddress", **known} if known else location.get("name")
    return {"@type": "Place", **named, "address": address}


def territory(code: str) -> dict[str, str]:
    """Where remote workers may live, as a schema.org Country or State."""
    return {"@type": "State" if "-" in code else "Country", "name": territory_name(code)}


def salary(pay: Mapping[str, Any]) -> dict[str, Any]:
    """A pay range as a schema.org MonetaryAmount, in major units."""
    lowest, highest = (major_units(pay[bound], pay["currency"]) for bound in ("min_minor", "max_minor"))
    amount = {"value": lowest} if lowest == highest else {"minValue": lowest, "maxValue": highest}
    value = {"@type": "QuantitativeValue", **amount, "unitText": pay["period"].upper()}
    return {"@type": "MonetaryAmount", "currency": pay["currency"], "value": value}


def application_form(
    required_fields: Sequence[str], questions: Sequence[Mapping[str, Any]], max_bytes: int, media_types: Sequence[str]
) -> dict[str, Any]:
    """What an applicant is asked: the standard fields, the post's questions, consent, and what files may be."""
    required = {*required_fields, *ALWAYS_REQUIRED}
    return {
        "fields": [{"name": name, "required": name in required} for name in FIELDS],
        "questions": list(questions),
        "consent": [],
        "upload": {"max_bytes": max_bytes, "media_types": list(media_types)},
    }
