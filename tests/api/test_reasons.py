"""Reasons: the words for why something ended."""

from tests.api import words
from tests.client import Client

BODY = {"kind": "rejection", "name": "No work permit"}


async def test_reason_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a reason, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "reasons", BODY, {"name": "No permit to work"})


async def test_reason_of_the_system_is_kept_when_it_shall_be_archived(ada: Client) -> None:
    """It may be renamed; a name that is taken is refused."""
    await words.check_system_words_are_kept(ada, "reasons")
