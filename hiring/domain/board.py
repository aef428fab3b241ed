"""What a public board shows of a post: sanitized HTML, structured data for search engines, the application form. Pure."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import nh3

BodyFormat = Literal["plain", "html"]
FIELDS = ("first_name", "last_name", "email", "phone", "location", "resume", "cover_letter", "links")
ALWAYS_REQUIRED = ("first_name", "email")
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "u", "h2", "h3", "h4", "blockquote", "a", "code", "pre", "hr"}
EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "volunteer": "VOLUNTEER", "per_diem": "PER_DIEM", "other": "OTHER",
}  # fmt: skip


def body_html(body: str, body_format: BodyFormat) -> str:
    """A post's body as HTML that is safe to show: plain text in paragraphs, HTML cleaned to a short list of tags."""
    if body_format == "html":
        return nh3.clean(body, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    paragraphs = re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip())
    return "".join(f"<p>{html.escape(each, quote=False).replace(chr(10), '<br>')}</p>" for each in paragraphs)


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
        posting["applicantLocationRequirements"] = [
            {"@type": "AdministrativeArea" if "-" in region else "Country", "name": region}
            for region in post["remote_regions"]
        ]
    if post["pay_ranges"]:
        posting["baseSalary"] = [salary(each) for each in post["pay_ranges"]]
    return posting


def place(location: Mapping[str, Any]) -> dict[str, Any]:
    """A location as a schema.org Place."""
    names = {"city": "addressLocality", "region": "addressRegion", "country": "addressCountry"}
    address = {names[part]: location[part] for part in names if location.get(part)}
    if location.get("name"):
        address["streetAddress"] = location["name"]
    return {"@type": "Place", "address": {"@type": "PostalAddress", **address}}


def salary(pay: Mapping[str, Any]) -> dict[str, Any]:
    """A pay range as a schema.org MonetaryAmount, in major units."""
    value = {
        "@type": "QuantitativeValue", "minValue": pay["min_minor"] / 100, "maxValue": pay["max_minor"] / 100,
        "unitText": pay["period"].upper(),
    }  # fmt: skip
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
