"""Requests that Schemathesis makes from `/openapi.json`: thousands of values that its schemas allow, or forbid.

`HIRING__TOKENS__ACCESS_TTL_S=40000 GENERATED_CASES=2000 make test ARGS='-q tests/api/test_generated_requests.py'` takes
hours, with one access token: that many cases for each operation, and chains in which each takes what another answered.
`GENERATED_PATHS='/(messages|consents)'` is for operations whose path has that pattern alone.
"""

import asyncio
import copy
import json
import os
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
"""Paths that count against stricter limits, or end the session that the others need."""
LIKE_ANOTHER = "/(reports/(time-|sources|openings|forecast|recruiters|facts/stage)|offices|sources|tags|interview-kits)"
"""Reports that take what the funnel takes, or the facts of applications, and words that are kept by the code of others;
the long run asks them, too."""
JUDGED_FIRST = {"Consistency-Token", "Idempotency-Key", "If-Match", "On-Behalf-Of"}
"""Headers without which a request gets further: made-up ones are refused before anything else is looked at."""
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, "5xx"]
"""
TIMEOUT_S = 580 if IS_SHORT else 4 * 3600


def plain_document() -> dict[str, Any]:
    """`/openapi.json` without those headers."""
    document = copy.deepcopy(DESCRIBED)
    for methods in document["paths"].values():
        for each in methods.values():
            each["parameters"] = [one for one in each["parameters"] if one["name"] not in JUDGED_FIRST]
    return document


@pytest.mark.timeout(TIMEOUT_S + 20)
async def test_document_tells_the_truth_to_generated_requests(ada: Client, tmp_path: Path) -> None:
    """Nothing that a schema forbids is taken; every answer is of a status, a type and a shape that are described."""
    document, settings = tmp_path / "openapi.json", tmp_path / "schemathesis.toml"
    document.write_text(json.dumps(plain_document()), "utf-8")
    settings.write_text(SETTINGS, "utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(settings), "run", str(document),
        "--url", ada.address, "--header", f"Authorization: {ada.headers['Authorization']}", "--seed", "7",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing" + ("" if IS_SHORT else ",stateful"),
        "--max-examples", f"{CASES}", "--include-path-regex", PATHS,
        "--continue-on-failure", "--no-color", "--suppress-health-check", "all", "--generation-database", "none",
        "--exclude-path-regex", f"{ENDS_THE_SESSION}|{LIKE_ANOTHER}" if IS_SHORT else ENDS_THE_SESSION,
    ]  # fmt: skip
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    told = done.stdout[done.stdout.find("FAILURES") :] + done.stderr
    assert done.returncode == 0 and "Test cases:" in done.stdout, told
