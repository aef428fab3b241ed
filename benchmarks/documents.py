"""Advertisements and resumes as they were collected, and what the API is asked to make of each."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACE = re.compile(r"(?P<city>.+), (?P<province>[A-Z]{2})(?: .*)?")
"""A Canadian place, mostly with a postal code behind it."""
PAY = re.compile(r"(\d+)-(\d+)")
PERIODS = ((500, "hour"), (10_000, "month"))
"""The advertisements do not say it: a highest pay below so many dollars is one for this period, else for a year."""
EMPLOYMENT_TYPES = {
    "Full-time": "full_time",
    "Part-time": "part_time",
    "Contract": "contract",
    "Temporary": "temporary",
}
WORKPLACES = {"0": "onsite", "1": "remote"}
LINK_KINDS = ("linkedin", "github")
NOWHERE_TO_GO = ("industry", "function")
"""What the advertisements say and version 1 of the API has no field for."""

FIELDS = (
    "reference", "title", "body", "location", "department", "salary_range", "employment_type", "telecommuting",
    *NOWHERE_TO_GO,
)  # fmt: skip
"""What an advertisement may say; what it does not is null."""

Facts = dict[str, Any]


@dataclass(frozen=True)
class Resume:
    """A resume: the bytes of its file, and what they say."""

    file_name: str
    content: bytes
    facts: Facts


def advertisements(folder: Path) -> list[Facts]:
    """The advertisements in their order."""
    lines = (folder / "job_posts.jsonl").read_bytes().split(b"\n")
    return [dict.fromkeys(FIELDS) | json.loads(line) for line in lines if line.strip()]


def resumes(folder: Path) -> list[Resume]:
    """The resumes by their names."""
    paths = sorted((folder / "resumes").glob("*.json"))
    return [Resume(path.name, path.read_bytes(), json.loads(path.read_bytes())) for path in paths]


def left_out(advertisement: Facts) -> Iterator[tuple[str, str]]:
    """Yields each field that is not sent although it has a value, and why."""
    for name in NOWHERE_TO_GO:
        if advertisement[name] is not None:
            yield name, "the API has no field for it"
    if advertisement["salary_range"] is not None and pay_range(advertisement) is None:
        yield "salary_range", f"no range: {advertisement['salary_range']}"


def pay_range(advertisement: Facts) -> Facts | None:
    """The pay range, None where there is none (a spreadsheet had made dates of some)."""
    found = PAY.fullmatch(advertisement["salary_range"] or "")
    if found is None:
        return None
    lowest, highest = int(found[1]), int(found[2])
    period = next((period for limit, period in PERIODS if highest < limit), "year")
    return {"min_minor": lowest * 100, "max_minor": highest * 100, "currency": "CAD", "period": period}


def place(location: str) -> Facts:
    """A location as an office or a post names it: the whole text, and its parts where they are recognized."""
    found = PLACE.fullmatch(location)
    parts = {"city": found["city"], "region": f"CA-{found['province']}", "country": "CA"} if found else {}
    return {"name": location} | parts


def job(advertisement: Facts, departments: dict[str, str], offices: dict[str, str]) -> Facts:
    """The job of an advertisement; `departments` and `offices` are ids by name."""
    return {
        "title": advertisement["title"],
        "description": advertisement["body"],
        "employment_type": EMPLOYMENT_TYPES.get(advertisement["employment_type"], "other"),
        "workplace": WORKPLACES.get(advertisement["telecommuting"], "onsite"),
        "department_id": departments.get(advertisement["department"]),
        "office_ids": [offices[name] for name in [advertisement["location"]] if name in offices],
        "pay_range": pay_range(advertisement),
        "external_id": advertisement["reference"],
    }


def post(advertisement: Facts) -> Facts:
    """The post of an advertisement."""
    pay = pay_range(advertisement)
    return {
        "title": advertisement["title"],
        "body": advertisement["body"],
        "body_format": "plain",
        "locations": [place(advertisement["location"])] if advertisement["location"] else [],
        "pay_ranges": [pay] if pay else [],
        "external_id": advertisement["reference"],
    }


def form(resume: Resume) -> Facts:
    """What the resume's owner types into a board's form; what the resume does not tell is not sent."""
    basics = resume.facts.get("basics", {})
    first_name, _, last_name = basics.get("name", "").rpartition(" ")
    typed = {
        "first_name": first_name or last_name,
        "last_name": last_name if first_name else "",
        "email": basics.get("email"),
        "phone": basics.get("phone"),
        "location": whereabouts(basics),
        "links": links(basics),
    }
    return {name: value for name, value in typed.items() if value}


def candidate(resume: Resume) -> Facts:
    """The same person as a recruiter adds them."""
    told = form(resume)
    basics = resume.facts.get("basics", {})
    employer: Facts = next(iter(resume.facts.get("work", [])), {})
    person = {
        "emails": [{"value": told.pop("email"), "kind": "personal"}] if "email" in told else [],
        "phones": [{"value": told.pop("phone"), "kind": "mobile"}] if "phone" in told else [],
        "current_title": basics.get("label") or None,
        "current_company": employer.get("name") or employer.get("company") or None,
    }
    return {"links": []} | told | person


def links(basics: Facts) -> list[Facts]:
    """The pages that a resume names."""
    website = basics.get("url") or basics.get("website")
    found = [{"value": website, "kind": "website"}] if website else []
    for profile in basics.get("profiles", []):
        kind = str(profile.get("network")).lower()
        if profile.get("url"):
            found.append({"value": profile["url"], "kind": kind if kind in LINK_KINDS else "other"})
    return found


def whereabouts(basics: Facts) -> str:
    """Where somebody lives, on one line."""
    location = basics.get("location", {})
    return ", ".join(location[name] for name in ("city", "region", "countryCode") if location.get(name))


def taking_turns(documents: list[Resume]) -> list[list[Resume]]:
    """The resumes by person: those with one e-mail address are one's, those without are each somebody's."""
    people: dict[str, list[Resume]] = {}
    for resume in documents:
        people.setdefault(form(resume).get("email", resume.file_name), []).append(resume)
    return list(people.values())
