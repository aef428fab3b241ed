"""The numbers in the guide are the defaults of the settings, and the bounds that the code sets."""

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml

from hiring.domain.questions import MAXIMUM_OPTIONS, MAXIMUM_QUESTIONS
from hiring.guide.pages import FOLDER
from hiring.http import PREFIX
from hiring.http.cursors import MAXIMUM_TOKENS, TOKEN_LIFETIME_S
from hiring.http.documents import KEPT_S
from hiring.http.idempotency import MAXIMUM_KEY_CHARACTERS
from hiring.queries.base import MAXIMUM_IDS, MAXIMUM_PAGE_ROWS, ListQuery
from tests.architecture.checkout import CHECKOUT
from tests.client import DESCRIBED

SETTINGS: dict[str, Any] = yaml.safe_load((CHECKOUT / "conf/default.yaml").read_text(encoding="utf-8"))
LIMITS, TOKENS, API, MAILS = (SETTINGS[name] for name in ("limits", "tokens", "api", "mails"))
MIB = 2**20


def rate(name: str, unit: str, seconds: int) -> str:
    """A row of the table of requests: what may come steadily, and what at once."""
    given = LIMITS[name]
    return f"{round(given['rate_per_s'] * seconds)} a {unit} | {given['burst']}"


def minutes(seconds: float) -> int:
    """Whole minutes."""
    return int(timedelta(seconds=seconds) / timedelta(minutes=1))


TOLD = [
    ("08-limits", rate("principal", "second", 1)), ("08-limits", rate("login", "minute", 60)),
    ("08-limits", rate("account", "hour", 3600).replace("a hour", "an hour")),
    ("08-limits", rate("apply", "second", 1)), ("08-limits", rate("upload", "second", 1)),
    ("08-limits", f"JSON body | {API['max_body_bytes'] // MIB} MiB"),
    ("08-limits", f"File | {API['max_upload_bytes'] // MIB} MiB"),
    ("06-files", f"{API['max_upload_bytes'] // MIB} MiB"),
    ("08-limits", f"Page of a list; of `GET /stage-changes` | {MAXIMUM_PAGE_ROWS} rows;"),
    ("08-limits", f"`ids` | {MAXIMUM_IDS} |"),
    ("04-pages-and-filters", f"`limit` is 1 to {MAXIMUM_PAGE_ROWS}, and {ListQuery().limit} without it"),
    ("08-limits", f"Idempotency key | {MAXIMUM_KEY_CHARACTERS} characters"),
    ("05-consistency-and-idempotency", f"1 to {MAXIMUM_KEY_CHARACTERS} printable"),
    ("05-consistency-and-idempotency", f"at most {MAXIMUM_TOKENS}"),
    ("08-limits", f"| {MAXIMUM_QUESTIONS}; {MAXIMUM_OPTIONS} |"),
    ("08-limits", f"Access token | {minutes(TOKENS['access_ttl_s'])} minutes"),
    ("03-authentication-and-keys", f"after {minutes(TOKENS['access_ttl_s'])} minutes"),
    ("08-limits", f"Session | {timedelta(seconds=TOKENS['refresh_ttl_s']).days} days"),
    ("03-authentication-and-keys", f"ends {timedelta(seconds=TOKENS['refresh_ttl_s']).days} days after"),
    ("08-limits", f"exchanged | {TOKENS['refresh_grace_s']} seconds"),
    ("08-limits", f"password | {timedelta(seconds=TOKENS['mailed_ttl_s']).days} days"),
    ("08-limits", f"Consistency token | {minutes(TOKEN_LIFETIME_S)} minutes"),
    ("08-limits", f"in caches | {minutes(KEPT_S)} minute"),
    ("08-limits", f"503 | {API['request_timeout_ms'] // 1000} seconds"),
    ("08-limits", f"at most {MAILS['candidate_per_day']} a day"),
]  # fmt: skip
"""Page and text with a number that the settings or the code say."""


@pytest.mark.parametrize(("page", "text"), TOLD)
def test_number_is_the_default_when_the_guide_tells_it(page: str, text: str) -> None:
    """Wherever the lines of a paragraph break."""
    words = " ".join((FOLDER / f"{page}.md").read_text(encoding="utf-8").split())
    assert re.sub(r"\s+", " ", text) in words


@pytest.mark.parametrize("page", ["domain.md", "guide/04-pages-and-filters.md", "guide/08-limits.md"])
def test_list_is_named_when_its_pages_may_be_longer_than_those_of_others(page: str) -> None:
    """With the most rows that it takes, soon after its address."""
    text = (CHECKOUT / "docs" / page).read_text(encoding="utf-8")
    for path, methods in DESCRIBED["paths"].items():
        given = {each.get("name"): each.get("schema", {}) for each in methods.get("get", {}).get("parameters", ())}
        maximum = given.get("limit", {}).get("maximum") if "cursor" in given else None
        if maximum not in (None, MAXIMUM_PAGE_ROWS):
            assert re.search(rf"`GET {path.removeprefix(PREFIX)}`[^.]*\b{maximum:,}\b", text), path


def test_bytes_of_uploads_are_told_as_they_are_counted() -> None:
    """KiB, which the page rounds to MB."""
    given = LIMITS["upload_kib"]
    assert abs(given["rate_per_s"] * 86_400 * 1024 / 1e6 - 210) < 5 and abs(given["burst"] * 1024 / 1e6 - 100) < 5
    assert SETTINGS["postgres"]["max_replica_lag_ms"] == 5_000  # "five seconds", for which the samples wait
