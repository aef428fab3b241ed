"""What search engines read of a post, and what they would not take."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
import pytest

from hiring.domain.job_postings import EMPLOYMENT_TYPES, job_posting, warnings
from hiring.domain.schema_org import JobPosting

NOW = datetime(2026, 12, 1, tzinfo=UTC)
OTTAWA = {
    "name": "HQ",
    "street": "1 Elgin St",
    "city": "Ottawa",
    "region": "CA-ON",
    "postal_code": "K1P 5W1",
    "country": "CA",
}
EURO = {"min_minor": 125_050, "max_minor": 200_000, "currency": "EUR", "period": "month"}
POST: dict[str, Any] = {
    "id": "p1", "title": "Engineer", "body_html": "<p>Build instruments.</p>", "closes_at": None,
    "published_at": "2026-11-24T10:00:00+00:00", "employment_type": "full_time", "workplace": "onsite",
    "locations": [OTTAWA], "remote_regions": [], "pay_ranges": [EURO], "is_internal": False,
}  # fmt: skip
ACME = {"name": "Acme", "website_url": "https://acme.example", "logo_url": "https://acme.example/logo.png"}
PAGE = "https://acme.example/jobs/p1"


def posted(**changes: Any) -> dict[str, Any]:
    """The JobPosting of a post, as it is told in JSON."""
    return told(job_posting(POST | changes, organization=ACME, page=PAGE))


def told(posting: JobPosting) -> dict[str, Any]:
    """A JobPosting in JSON, which is one that the declared types take."""
    text = msgspec.json.encode(posting)
    assert msgspec.json.decode(text, type=JobPosting) == posting
    result: dict[str, Any] = msgspec.json.decode(text)
    return result


def test_posting_has_all_that_is_known_when_a_post_is_complete() -> None:
    """Each property in the form that search engines document."""
    assert posted(closes_at="2026-12-31T23:00:00+00:00") == {
        "@context": "https://schema.org", "@type": "JobPosting", "title": "Engineer",
        "description": "<p>Build instruments.</p>", "datePosted": "2026-11-24", "employmentType": "FULL_TIME",
        "identifier": {"@type": "PropertyValue", "name": "Acme", "value": "p1"},
        "hiringOrganization": {
            "@type": "Organization", "name": "Acme", "sameAs": "https://acme.example",
            "logo": "https://acme.example/logo.png",
        },
        "url": PAGE, "directApply": True, "validThrough": "2026-12-31T23:00:00+00:00",
        "jobLocation": [{"@type": "Place", "name": "HQ", "address": {
            "@type": "PostalAddress", "streetAddress": "1 Elgin St", "addressLocality": "Ottawa",
            "addressRegion": "Ontario", "postalCode": "K1P 5W1", "addressCountry": "CA",
        }}],
        "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": {
            "@type": "QuantitativeValue", "minValue": 1250.5, "maxValue": 2000, "unitText": "MONTH",
        }},
    }  # fmt: skip


def test_posting_says_nothing_of_applying_when_there_is_no_page() -> None:
    """An address that answers JSON is no page."""
    posting = told(job_posting(POST, organization=ACME | {"website_url": None, "logo_url": None}, page=None))
    assert {"url", "directApply"} & posting.keys() == set()
    assert posting["hiringOrganization"] == {"@type": "Organization", "name": "Acme"}


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ({"region": "SE-M"}, {"addressRegion": "Skåne län", "addressCountry": "SE"}),
        ({"city": "Lisboa", "region": "PT-11", "country": None}, {
            "addressLocality": "Lisboa", "addressRegion": "Lisboa", "addressCountry": "PT",
        }),
        ({"city": "Aix", "region": "US-CA", "country": "FR"}, {"addressLocality": "Aix", "addressCountry": "FR"}),
        ({"city": "Berlin"}, {"addressLocality": "Berlin"}),
        ({"street": "Tal 1", "postal_code": "80331", "country": "DE"}, {
            "streetAddress": "Tal 1", "postalCode": "80331", "addressCountry": "DE",
        }),
    ],
)  # fmt: skip
def test_address_has_the_country_when_a_region_implies_it(location: dict[str, Any], address: dict[str, str]) -> None:
    """And no region of another country, also of posts that were written when one was taken."""
    assert posted(locations=[location])["jobLocation"] == [
        {"@type": "Place", "address": {"@type": "PostalAddress"} | address}
    ]


def test_location_is_left_out_when_nothing_is_known_of_it() -> None:
    """Never an address that is null; where only a name is known, that is the address."""
    nothing = dict.fromkeys(OTTAWA)
    assert "jobLocation" not in posted(locations=[{}, nothing])
    assert posted(locations=[nothing, {"name": "Harbour"}])["jobLocation"] == [
        {"@type": "Place", "name": "Harbour", "address": "Harbour"}
    ]


def test_regions_are_told_when_the_work_is_remote() -> None:
    """As countries and states by their names, and only then."""
    posting = posted(workplace="remote", locations=[], remote_regions=["CA-ON", "PT"])
    assert posting["jobLocationType"] == "TELECOMMUTE"
    assert posting["applicantLocationRequirements"] == [
        {"@type": "State", "name": "Ontario, Canada"}, {"@type": "Country", "name": "Portugal"},
    ]  # fmt: skip
    for workplace in ("hybrid", "onsite"):
        posting = posted(workplace=workplace, remote_regions=["PT"])
        assert {"jobLocationType", "applicantLocationRequirements"} & posting.keys() == set()


@pytest.mark.parametrize(
    ("pay_ranges", "told"),
    [
        ([], None),
        ([EURO | {"min_minor": 0, "max_minor": 0}], None),
        ([EURO | {"min_minor": 0}], ("EUR", {"minValue": 0, "maxValue": 2000})),
        ([EURO | {"min_minor": 200_000}], ("EUR", {"value": 2000})),
        ([EURO, EURO | {"min_minor": 90_000, "max_minor": 300_001}], ("EUR", {"minValue": 900, "maxValue": 3000.01})),
        ([EURO, EURO | {"currency": "JPY"}], ("EUR", {"minValue": 1250.5, "maxValue": 2000})),
        ([EURO | {"currency": "JPY"}], ("JPY", {"minValue": 125_050, "maxValue": 200_000})),
        ([EURO | {"currency": "KWD"}], ("KWD", {"minValue": 125.05, "maxValue": 200})),
    ],
)
def test_pay_is_one_amount_when_there_are_several_ranges(pay_ranges: list[Any], told: Any) -> None:
    """In major units; ranges alike are one, and pay of nothing is not told."""
    salary = posted(pay_ranges=pay_ranges).get("baseSalary")
    value = {"@type": "QuantitativeValue", "unitText": "MONTH"}
    assert salary == (told and {"@type": "MonetaryAmount", "currency": told[0], "value": value | told[1]})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"locations": []}, ["/locations location_missing"]),
        ({"locations": [{}]}, ["/locations location_missing"]),
        ({"workplace": "hybrid", "locations": []}, ["/locations location_missing"]),
        ({"locations": [OTTAWA, {"city": "Ottawa"}]}, ["/locations/1 country_missing"]),
        ({"locations": [{"region": "CA-ON"}]}, []),
        ({"workplace": "remote"}, ["/remote_regions remote_regions_missing"]),
        ({"workplace": "remote", "locations": [], "remote_regions": ["US-CA"]}, []),
        ({"remote_regions": ["US"]}, ["/remote_regions remote_regions_unused"]),
        ({"closes_at": "2026-11-30T00:00:00+00:00"}, ["/closes_at closed"]),
        ({"closes_at": "2026-12-01T01:00:00.5+00:00"}, []),
        ({"body_html": "<div> <p>engineer</p></div>"}, ["/body description_is_title"]),
        ({"pay_ranges": None}, []),
        ({"pay_ranges": [EURO, EURO | {"max_minor": 1}]}, []),
        ({"pay_ranges": [EURO, EURO | {"period": "hour"}]}, ["/pay_ranges pay_ranges_differ"]),
        ({"pay_ranges": [EURO | {"min_minor": 0, "max_minor": 0}]}, ["/pay_ranges/0 pay_is_zero"]),
        ({"is_internal": True, "locations": [], "body_html": "Engineer"}, []),
    ],
)
def test_warning_is_given_when_search_engines_will_not_take_a_post(
    changes: dict[str, Any], expected: list[str]
) -> None:
    """Each with a pointer and a code; of a post that they never see, none."""
    post = POST | changes
    told = partial(warnings, post, workplace=post["workplace"], law_before_interview=None, without_region=[], now=NOW)
    found = list(told(has_page=True))
    assert [f"{each.pointer} {each.code}" for each in found] == expected
    assert all(each.detail.endswith(".") for each in found)
    pageless = list(told(has_page=False))
    assert ["page_missing"] * (not post["is_internal"]) == [each.code for each in pageless if each not in found]


@pytest.mark.parametrize("is_internal", [False, True])
def test_warning_is_given_when_a_law_demands_the_pay_before_the_interview(is_internal: bool) -> None:
    """Also of an internal post, and by the name of the law."""
    post = POST | {"is_internal": is_internal}
    told = partial(warnings, post, workplace="onsite", has_page=True, without_region=[], now=NOW)
    [found] = told(law_before_interview="PL: Labour Code")
    assert (found.pointer, found.code) == ("/pay_ranges", "pay_before_interview")
    assert found.detail == "Tell applicants the pay before their interview (PL: Labour Code)."
    assert list(told(law_before_interview=None)) == []


@pytest.mark.parametrize("is_internal", [False, True])
def test_warning_is_given_when_a_law_on_pay_is_found_by_a_region_that_is_missing(is_internal: bool) -> None:
    """Also of an internal post, where the region belongs."""
    post, pointers = POST | {"is_internal": is_internal}, ["/job_id", "/locations/1"]
    told = partial(warnings, post, workplace="onsite", has_page=True, law_before_interview=None, now=NOW)
    found = list(told(without_region=pointers))
    assert [(each.pointer, each.code) for each in found] == [(pointer, "region_missing") for pointer in pointers]
    assert list(told(without_region=[])) == []


@pytest.mark.parametrize("employment_type", EMPLOYMENT_TYPES)
def test_employment_type_is_one_that_is_documented_when_told(employment_type: str) -> None:
    """Of the list at the source."""
    known = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
    assert posted(employment_type=employment_type)["employmentType"] in known
