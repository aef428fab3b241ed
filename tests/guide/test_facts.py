"""What the guide says of the service as it is today, so that it is changed when the service is."""

import json
import re

from hiring.domain.permissions import PERMISSIONS
from hiring.guide.pages import FOLDER
from hiring.handlers.service import VERSIONS
from hiring.http.cross_origin import ALLOWED_HEADERS, EXPOSED_HEADERS
from hiring.services import mail
from tests.architecture.checkout import modules
from tests.client import DESCRIBED

CODE = re.compile(r"`([^`]+)`")


def told(page: str, pattern: str) -> list[str]:
    """What a sentence of a page sets as code in its groups, wherever its lines break."""
    words = " ".join((FOLDER / f"{page}.md").read_text(encoding="utf-8").split())
    found = re.search(pattern, words)
    assert found is not None, pattern
    return CODE.findall(" ".join(found.groups()))


def test_languages_of_mails_are_those_with_texts() -> None:
    """A folder of templates each."""
    folders = [each.name for each in mail.FOLDER.iterdir()]
    assert sorted(told("11-money-and-time", r"has texts of mails in (.+?) of any region;")) == sorted(folders)


def test_permissions_are_told_as_unused_when_nothing_asks_for_them() -> None:
    """Those that are named nowhere in the code except where they are declared."""
    code = "".join(each.text for each in modules("hiring"))
    unused = [each for each in PERMISSIONS if code.count(f'"{each}"') == 1]
    assert told("03-authentication-and-keys", r"No operation asks for ([^:]+) yet:") == unused


def test_headers_are_told_when_browsers_may_send_or_read_them() -> None:
    """In the order in which browsers are told of them."""
    sentence = r"may send the headers (.+?), and may read (.+?`)\."
    assert ", ".join(told("03-authentication-and-keys", sentence)) == f"{ALLOWED_HEADERS}, {EXPOSED_HEADERS}"


def test_nothing_is_deprecated_as_long_as_the_guide_says_so() -> None:
    """No version and no part of one, and the code knows neither header."""
    page = (FOLDER / "13-versions-and-deprecation.md").read_text(encoding="utf-8")
    assert "## What is deprecated today\n\nNothing. " in page
    assert {each.status for each in VERSIONS.items} == {"current"}
    assert '"deprecated": true' not in json.dumps(DESCRIBED)
    assert not [each.name for each in modules("hiring") if '"Deprecation"' in each.text or '"Sunset"' in each.text]
