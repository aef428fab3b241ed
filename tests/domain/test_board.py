"""What a board shows of a post."""

from typing import Any

from hiring.domain.board import application_form, job_posting

POST: dict[str, Any] = {
    "id": "p1", "title": "Engineer", "body_html": "<p>Hi</p>", "organization_name": "Acme", "closes_at": None,
    "published_at": "2026-11-24T10:00:00+00:00", "employment_type": "full_time", "workplace": "remote",
    "locations": [{"name": "HQ", "city": "Toronto", "region": "CA-ON", "country": "CA"}],
    "remote_regions": ["CA-ON", "PT"],
    "pay_ranges": [{"min_minor": 125_050, "max_minor": 200_000, "currency": "EUR", "period": "month"}],
}  # fmt: skip


def test_job_posting_tells_search_engines_what_they_ask_for() -> None:
    """Amounts in major units, places by name, regions of remote work."""
    posting = job_posting(POST, "https://example.com/p1")
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue", "minValue": 1250.5, "maxValue": 2000, "unitText": "MONTH",
    }  # fmt: skip
    assert posting["jobLocation"][0]["address"]["addressRegion"] == "Ontario"
    assert [each["name"] for each in posting["applicantLocationRequirements"]] == ["Ontario, Canada", "Portugal"]
    assert posting["datePosted"] == "2026-11-24" and "validThrough" not in posting


def test_form_asks_for_name_and_address_whatever_the_board_requires() -> None:
    """Nobody can be answered without them."""
    form = application_form(["phone"], [], 10, ["text/plain"])
    required = {field["name"] for field in form["fields"] if field["required"]}
    assert required == {"first_name", "email", "phone"}
