"""Sources: the words for where candidates come from."""

from tests.api import words
from tests.client import Client

BODY = {"kind": "campaign", "name": "Fair 2026"}


async def test_source_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a source, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "sources", BODY, {"name": "Job fair 2026"})


async def test_source_of_the_system_is_kept_when_it_shall_be_archived(ada: Client) -> None:
    """It may be renamed; a name that is taken is refused."""
    await words.check_system_words_are_kept(ada, "sources")
