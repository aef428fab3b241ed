"""What all commands share, tried without a database: what statements return, tries, slugs, texts for jsonb."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.commands import base, organizations
from hiring.commands.base import done, json_text, judged, retried, stamp
from hiring.commands.organizations import MAXIMUM_SLUG_CHARACTERS, slug_of, starting_vocabulary
from hiring.commands.sessions import email_hash, own_stamp
from hiring.domain.actors import Actor
from hiring.errors import BeingChanged, Internal, NotFound, VersionMismatch

ROW: Any = {"refusal": None, "id": UUID(int=1), "version": 4, "body": "{}", "event_id": None}
REFUSAL = '{"code": "version_mismatch", "current": {"version": 3}}'


async def test_command_is_tried_five_times_when_others_write_in_between() -> None:
    """A fifth failure is the client's; any other error is told at once."""
    late, gone = BeingChanged(current={}), NotFound()
    for failures, error, tries in ((4, late, 5), (5, late, 5), (1, gone, 1)):
        count = 0

        @retried
        async def command(answer: str, *, times: int, error: Exception) -> str:
            nonlocal count
            count += 1
            if count <= times:
                raise error
            return answer

        if failures < tries:
            assert await command("done", times=failures, error=error) == "done"
        else:
            with pytest.raises(type(error)):
                await command("done", times=failures, error=error)
        assert count == tries
    assert base.MAXIMUM_TRIES == 5


@pytest.mark.parametrize("read", [judged, done])
def test_refusal_of_a_statement_is_raised(read: Any) -> None:
    """A row that is not there is not found."""
    with pytest.raises(NotFound):
        read(None)
    with pytest.raises(VersionMismatch) as refused:
        read(ROW | {"refusal": REFUSAL})
    assert refused.value.current == {"version": 3}


def test_command_has_an_event_unless_it_may_find_all_as_it_is_wanted() -> None:
    """What neither refuses nor changes anything is an error of ours."""
    event_id = uuid4()
    result = done(ROW | {"event_id": event_id})
    assert (result.id, result.version, result.body, result.event_id) == (UUID(int=1), 4, "{}", event_id)
    assert done(ROW, may_change_nothing=True).event_id is None
    with pytest.raises(Internal):
        done(ROW)


def test_stamp_says_whose_event_it_is() -> None:
    """Each has an id of its own."""
    ids = [uuid4() for _ in range(3)]
    actor = Actor(type="user", id=ids[0], user_id=ids[0], organization_id=ids[1], correlation_id=ids[2])
    first, second = stamp(actor), stamp(actor)
    assert (first["organization_id"], first["correlation_id"]) == (ids[1], ids[2])
    assert first["actor"] == actor.document() and first["event_id"] != second["event_id"]
    own = own_stamp(organization_id=ids[1], user_id=ids[0], correlation_id=ids[2])
    assert {**own, "event_id": None} == {
        "organization_id": ids[1], "event_id": None, "correlation_id": ids[2],
        "actor": {"type": "user", "id": str(ids[0]), "user_id": str(ids[0]), "on_behalf_of": None},
    }  # fmt: skip


def test_json_text_holds_ids_as_texts() -> None:
    """A list is JSON, and no array of SQL."""
    assert json_text([{"id": UUID(int=5)}]) == '[{"id":"00000000-0000-0000-0000-000000000005"}]'


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ada & Co.", "ada-co"), ("  Zoë  Ltd ", "zoe-ltd"), ("Ａｃｍｅ 7", "acme-7"), ("a" * 61, "a" * 60),
        ("---x---", "x"), ("A_B/C", "a-b-c"),
    ],
)  # fmt: skip
def test_slug_is_made_of_a_name(name: str, slug: str) -> None:
    """Letters without their marks, digits, hyphens between, at most sixty."""
    assert slug_of(name) == slug and len(slug) <= MAXIMUM_SLUG_CHARACTERS == 60


def test_slug_is_made_up_when_a_name_has_no_letter_for_it() -> None:
    """Two organizations of such names have two."""
    first, second = slug_of("李"), slug_of("李")
    assert first.startswith("org-") and len(first) == 10 and first != second


def test_organization_starts_with_words_for_every_kind() -> None:
    """Those that the system itself uses have keys."""
    assert {kind for kind, _, _ in organizations.REASONS} == {
        "rejection", "withdrawal", "job_close", "opening_close", "unhire",
    }  # fmt: skip
    keys = {(kind, key) for kind, key, _ in (*organizations.REASONS, *organizations.SOURCES) if key}
    assert keys == {("rejection", "job_filled"), ("job_close", "filled"), ("board", "board")}
    assert set(starting_vocabulary()) == {"permission_groups", "reasons", "sources", "stages"}


def test_address_is_hashed_as_the_directory_spells_it() -> None:
    """Capital letters make no difference; the hash is that of the lower-case text."""
    known = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
    assert email_hash("user@example.com") == email_hash("User@Example.COM") == known
