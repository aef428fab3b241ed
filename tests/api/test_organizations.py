"""The organization: the tenant's own name, defaults and rules."""

from typing import Any

import pytest

from tests.client import Client

PATH = "/api/v1/organization"
CHANGES: dict[str, Any] = {
    "name": "Acme Instruments", "time_zone": "America/Toronto", "language": "fr-CA", "currency": "CAD",
    "reapply_window_days": 90, "mail_sender_name": "Acme", "mail_allow_list": ["ada@example.com"],
}  # fmt: skip


async def test_organization_is_changed_when_permitted(ada: Client, eve: Client) -> None:
    """Every field; the slug stays, another organization has its own, and a stale version is refused."""
    before = await ada.read("/organization")
    changed = await ada.patch(PATH, json=CHANGES, headers={"If-Match": f'"{before["version"]}"'})
    assert changed.json().items() >= (CHANGES | {"slug": before["slug"], "version": before["version"] + 1}).items()
    assert await ada.read("/organization") == changed.json()
    assert (await eve.read("/organization"))["name"] != CHANGES["name"]
    stale = await ada.patch(PATH, json=CHANGES, headers={"If-Match": f'"{before["version"]}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    cleared = await ada.patch(PATH, json={"mail_sender_name": None, "mail_allow_list": None})
    assert cleared.json()["mail_sender_name"] is None and cleared.json()["mail_allow_list"] is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": " "}, "/name"), ({"name": None}, "/name"), ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"language": "xx-yy-zz-1"}, "/language"), ({"currency": "EURO"}, "/currency"),
        ({"reapply_window_days": -1}, "/reapply_window_days"), ({"reapply_window_days": 3651}, "/reapply_window_days"),
        ({"mail_allow_list": ["nobody"]}, "/mail_allow_list/0"), ({"slug": "mine"}, "/slug"),
    ],
)  # fmt: skip
async def test_change_is_refused_when_a_field_is_wrong(ada: Client, change: dict[str, Any], pointer: str) -> None:
    """With its pointer, and nothing is changed."""
    before = await ada.read("/organization")
    refused = await ada.patch(PATH, json=change)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])
    assert await ada.read("/organization") == before


async def test_organization_is_kept_when_nobody_says_who_they_are(anybody: Client) -> None:
    """Neither read nor changed."""
    assert (await anybody.get(PATH)).status_code == 401
    assert (await anybody.patch(PATH, json={"name": "Mine"})).status_code == 401
