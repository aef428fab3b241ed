"""Requests that Schemathesis makes from `/openapi.json`: thousands of values that its schemas allow, or forbid.

`HIRING__TOKENS__ACCESS_TTL_S=40000 GENERATED_CASES=2000 make test ARGS='-q tests/api/test_generated_requests.py'` takes
hours, with one access token: that many cases for each operation, and chains in which each takes what another answered.
`GENERATED_PATHS='/(messages|consents)'` is for the operations alone whose path has that pattern, whichever they are.
Name a few: of many at once, some get less than that many cases, for which the run fails.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client import DESCRIBED, Client

CASES = int(os.environ.get("GENERATED_CASES", "5"))
"""How many requests are made up for each operation."""
PATHS = os.environ.get("GENERATED_PATHS", "/")
IS_SHORT = CASES < 100
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection",
)  # fmt: skip
ENDS_THE_SESSION = "/(login|logout|me/password|me/sessions|invitations|password-resets|refresh|register|docs)"
"""Paths that count against stricter limits, or end the session that the others need; asked where they are named."""
LIKE_ANOTHER = "/(reports/(time-|sources|openings|forecast|recruiters|facts/stage)|offices|sources|tags|interview-kits)"
"""Reports that take what the funnel takes, or the facts of applications, and words that are kept by the code of others;
the long run asks them, too."""
LEFT_OUT = f"{ENDS_THE_SESSION}|{LIKE_ANOTHER}" if IS_SHORT else ENDS_THE_SESSION
CHOSEN = ("--exclude-path-regex", LEFT_OUT) if PATHS == "/" else ("--include-path-regex", PATHS)
JUDGED_FIRST = {"Consistency-Token", "Idempotency-Key", "If-Match", "On-Behalf-Of"}
"""Headers without which a request gets further: made-up ones are refused before anything else is looked at."""
NOT_SENT = "custom"
"""A parameter that is an object: with empty lists for values, it breaks its schema and leaves the address empty."""
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, "5xx"]
"""
TIMEOUT_S = 580 if IS_SHORT else 4 * 3600


def plain_document() -> dict[str, Any]:
    """`/openapi.json` without those parameters, and without examples.

    Schemathesis mixes examples in by chance, outside of what Hypothesis can repeat, which ends an operation after a
    few cases without a word.
    """
    document: dict[str, Any] = without_examples(DESCRIBED)
    for methods in document["paths"].values():
        for each in methods.values():
            each["parameters"] = [one for one in each["parameters"] if one["name"] not in {*JUDGED_FIRST, NOT_SENT}]
    return document


def without_examples(part: Any, *, has_names: bool = False) -> Any:
    """A copy of a part of the document without its examples; properties may have that name."""
    if isinstance(part, list):
        return [without_examples(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: without_examples(value, has_names=key == "properties")
        for key, value in part.items() if has_names or key not in {"example", "examples"}
    }  # fmt: skip


def expected_count(document: dict[str, Any]) -> int:
    """The cases that the operations whose paths were chosen come to, but for those that take nothing."""
    return CASES * sum(
        bool(each["parameters"] or "requestBody" in each)
        for path, methods in document["paths"].items() if re.search(PATHS, path)
        for each in methods.values()
    )  # fmt: skip


@pytest.mark.timeout(TIMEOUT_S + 20)
async def test_document_tells_the_truth_to_generated_requests(ada: Client, tmp_path: Path) -> None:
    """Nothing that a schema forbids is taken; every answer is of a status, a type and a shape that are described."""
    document, described, settings = plain_document(), tmp_path / "openapi.json", tmp_path / "schemathesis.toml"
    described.write_text(json.dumps(document), "utf-8")
    settings.write_text(SETTINGS, "utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings), "run", str(described),
        "--url", ada.address, "--header", f"Authorization: {ada.headers['Authorization']}", "--seed", "7",
        "--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing" + ("" if IS_SHORT else ",stateful"),
        "--max-examples", f"{CASES}", *CHOSEN,
        "--continue-on-failure", "--no-color", "--suppress-health-check", "all", "--generation-database", "none",
    ]  # fmt: skip
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    sys.stdout.write(done.stdout[done.stdout.find("SUMMARY") :])  # the numbers of cases and the seed, shown by `-s`
    told = done.stdout[done.stdout.find("FAILURES") :] + done.stderr
    counted = re.search(r"(\d+) generated", done.stdout)
    assert done.returncode == 0 and counted is not None, told
    if PATHS != "/":
        assert int(counted[1]) >= expected_count(document), counted[0]
