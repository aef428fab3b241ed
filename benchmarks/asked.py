"""What the service's own read functions send: every filter of every list, by several readers of each kind of employer.

The functions run without a server; what they would have sent is kept. So the choice of a statement is tested, too. The
functions and their filters are found in `hiring.queries`; the values are those of `benchmarks/volume.sql`.
"""

import inspect
import itertools
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any, Literal, NamedTuple, get_args, get_origin
from uuid import UUID

import msgspec

from hiring import queries as read
from hiring.connectors.postgres_session import Call, Returns
from hiring.database import Bound
from hiring.domain.actors import Actor, Scope
from hiring.domain.bulk_operations import Outcome
from hiring.domain.permissions import PERMISSIONS
from hiring.errors import Invalid
from hiring.queries import (
    applications,
    attachments,
    board_keys,
    bulk_operations,
    candidate_exports,
    duplicates,
    jobs,
    permissions,
    posts,
    result_links,
    sessions,
    stage_changes,
    timeline,
)
from hiring.queries.base import MAXIMUM_PAGE_ROWS, Body, IdsQuery, ListQuery, SyncQuery
from hiring.statement_files import SQL_FOLDER, load_folder

QUERIES = load_folder(SQL_FOLDER / "queries")
Asked = tuple[str, Sequence[Call]]
"""Who asks, and a message."""


def nth(number: int) -> UUID:
    """The id that `benchmarks/volume.sql` gives to its nth row."""
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


EMPLOYERS: Mapping[str, UUID] = {"largest": nth(1), "middle": nth(2), "small": nth(3)}
"""One of each kind: the same plan serves a million applications, fifty thousand and two hundred."""
EVERYTHING: dict[str, Scope] = dict.fromkeys(PERMISSIONS, "all")
READERS: Mapping[str, tuple[UUID, dict[str, Scope]]] = {
    "administrator": (nth(1), EVERYTHING),
    "recruiter": (nth(11), {name: "all" for name in PERMISSIONS if name != "jobs.read_confidential"}),
    "manager": (nth(2), dict.fromkeys(PERMISSIONS, "team")),
    "interviewer": (nth(4), dict.fromkeys(PERMISSIONS, "team")),
    "stranger": (nth(3), dict.fromkeys(PERMISSIONS, "team")),
}
LONG_AGO, YEARS_AGO, LAST_CHANGES, LATER = (
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in ((2020, 1, 1), (2023, 7, 1), (2026, 6, 24), (2027, 1, 1))
)
PLACES = (None, str(nth(30)))
"""Cursors of the first and of the last page of a list that begins with the newest."""
IN_ORDER_OF_TIME = {"updated_since", *applications.BY_APPLIED_AT}
"""Filters of lists that have other cursors: moments lead to their other pages."""

VALUES: Mapping[str, Sequence[Any]] = MappingProxyType(
    {
        "ids": (tuple(nth(3 * n) for n in range(1, 101)),),
        "updated_since": (LONG_AGO, LAST_CHANGES),
        "external_id": ("{letter}-3", "none"),
        "email": ("{letter}3@example.com", "none@example.com"),
        "candidate_id": (nth(3), nth(500)),
        "job_id": (nth(1), nth(3)),
        "stage_id": (nth(11), nth(31)),
        "applied_since": (LAST_CHANGES,),
        "applied_before": (YEARS_AGO, LATER),
        "tag_id": (nth(1), nth(2), nth(3)),
        "custom": ({"team": "often"}, {"team": "rare"}, {"team": "none"}),
    }
)
"""Filter → its values; `{letter}` is the first one of the noun. A filter by any other id takes the third row."""
CUSTOM_FIELDS = {"candidate": nth(1), "application": nth(2), "job": nth(3)}
"""The custom field `team` of each kind of resource."""
RARE = frozenset({"hired", "offer_letter"})
"""What only old rows of the volume are: a list of these, newest first, has a long way to go without its index."""


class Reading(NamedTuple):
    """A function that reads a noun, with what it takes besides the database and the actor."""

    noun: str
    run: Callable[..., Awaitable[Any]]
    parameters: Mapping[str, inspect.Parameter]


def modules() -> Iterator[ModuleType]:
    """The modules of queries, one for each noun."""
    for found in pkgutil.iter_modules(read.__path__):
        yield import_module(f"{read.__name__}.{found.name}")


def readings() -> Iterator[Reading]:
    """Every function of these modules that reads for an actor."""
    for module in modules():
        for run in vars(module).values():
            if inspect.iscoroutinefunction(run) and run.__module__ == module.__name__:
                parameters = dict(inspect.signature(run).parameters)
                if parameters.pop("db", None) and parameters.pop("actor", None):
                    yield Reading(module.__name__.rpartition(".")[2], run, parameters)


def lists() -> Iterator[tuple[Reading, type[ListQuery]]]:
    """Every list that can be read by ids, with its filters; that of one job sends what the list of all jobs sends."""
    for each in readings():
        kind = each.parameters["query"].annotation if each.parameters.keys() == {"query"} else None
        if isinstance(kind, type) and issubclass(kind, IdsQuery):
            yield each, kind


def finds() -> Iterator[Callable[..., Awaitable[Any]]]:
    """Every function that finds a resource by one id, with all that can be shown within it."""
    for each in readings():
        [*names] = (name for name, known in each.parameters.items() if known.default is known.empty)
        if inspect.signature(each.run).return_annotation is Body and len(names) == 1 and names[0].endswith("_id"):
            shown = {name: known.annotation for name, known in each.parameters.items() if name == "expand"}
            yield partial(
                each.run,
                **{names[0]: values_of(each.noun, names[0], UUID)[0]},
                **{name: choices(kind) for name, kind in shown.items()},
            )


def choices(kind: Any) -> tuple[Any, ...]:
    """The words that a type allows, wherever it names them."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(word for inner in get_args(kind) for word in choices(inner))


def values_of(noun: str, name: str, kind: Any) -> Sequence[Any]:
    """What is asked of a filter: a rare word rather than the one in the middle, all words of an expansion together."""
    words = choices(kind)
    if name == "expand":
        return (words,)
    if words:
        middle = next((word for word in words if word in RARE), words[(len(words) - 1) // 2])
        return tuple(dict.fromkeys((words[0], middle, words[-1])))
    values = VALUES.get(name, (nth(3),) if name.endswith("_id") else None)
    assert values is not None, f"the filter {name} of {noun} needs values in VALUES"
    return [value.format(letter=noun[0]) if isinstance(value, str) else value for value in values]


LISTS = tuple(lists())
BULK_ITEMS = [
    bulk_operations.BulkItemsQuery(limit=MAXIMUM_PAGE_ROWS),
    *(bulk_operations.BulkItemsQuery(limit=MAXIMUM_PAGE_ROWS, outcome=each) for each in get_args(Outcome)),
]
KEY_QUERIES = [SyncQuery(), SyncQuery(updated_since=LONG_AGO)]
EXPORTED = (candidate_exports.list_merged_candidates, candidate_exports.list_stage_changes)
FINDS: Sequence[Callable[..., Awaitable[Any]]] = (
    *finds(),
    *(partial(applications.list_all, query=applications.ApplicationsQuery(job_id=nth(number))) for number in (1, 3)),
    partial(jobs.find_pipeline, job_id=nth(3), as_of=LATER),
    partial(attachments.find, attachment_id=nth(3)),
    partial(stage_changes.list_by_application, query=ListQuery(), application_id=nth(3)),
    partial(result_links.list_by_candidate, query=ListQuery(), candidate_id=nth(3)),
    *(partial(timeline.list_by_candidate, query=ListQuery(), candidate_id=nth(number)) for number in (3, 500)),
    partial(duplicates.list_by_candidate, query=ListQuery(), candidate_id=nth(3)),
    *(partial(each, query=ListQuery(), candidate_id=nth(3)) for each in EXPORTED),
    partial(permissions.list_of_user, query=permissions.GrantsQuery(), user_id=nth(11)),
    partial(permissions.list_groups_of_user, query=permissions.GrantsQuery(), user_id=nth(11)),
    partial(sessions.list_own, query=ListQuery()),
    *(partial(board_keys.list_by_board, query=each, job_board_id=nth(1)) for each in KEY_QUERIES),
    partial(posts.find_translation, original_id=str(nth(3)), language="de"),
    partial(bulk_operations.list_all, query=IdsQuery(limit=MAXIMUM_PAGE_ROWS)),
    *(partial(bulk_operations.list_items, query=each, bulk_operation_id=nth(3)) for each in BULK_ITEMS),
)
"""Where nothing is shown within them, a job's applications have a statement of their own. The history of a pipeline is
asked of a job of usual size: `as_of` reads all that happened in the job until then."""


def recorded() -> tuple[Any, list[Sequence[Call]]]:
    """A database that answers nothing, and the messages that were sent to it."""
    sent: list[Sequence[Call]] = []

    async def keep(calls: Sequence[Call]) -> Any:
        sent.append(calls)
        statement, given = calls[-1]
        if statement.returns is Returns.ROWS:
            return []
        return {"version": 1, "body": "{}", "id": CUSTOM_FIELDS.get(given.get("applies_to", "")), "type": "short_text"}

    return SimpleNamespace(queries=Bound(QUERIES, keep)), sent


async def asked(limit: int = 25) -> AsyncIterator[Asked]:
    """Yields who asks what, in pages of `limit` rows; each reader is there in each kind of employer."""
    db, sent = recorded()
    for employer, reader in itertools.product(EMPLOYERS, READERS):
        actor = actor_of(reader, EMPLOYERS[employer])
        for reading, query_type in LISTS:
            for query in queries(reading.noun, query_type, limit):
                try:
                    await reading.run(db, actor, query)
                except Invalid:
                    continue
        for find in FINDS:
            await find(db, actor)
        for message in sent:
            yield f"{reader} of the {employer} employer", message
        sent.clear()


def actor_of(reader: str, organization_id: UUID) -> Actor:
    """One of the readers, logged in at an employer."""
    user_id, permissions = READERS[reader]
    return Actor(
        type="user", id=user_id, user_id=user_id, organization_id=organization_id, correlation_id=nth(1),
        permissions=permissions,
    )  # fmt: skip


def queries(noun: str, query_type: type[ListQuery], limit: int) -> Iterator[ListQuery]:
    """Every combination of filters, on the first and on the last page, with all that can be shown within."""
    known: dict[str, Sequence[Any]] = {}
    for field in msgspec.structs.fields(query_type):
        if field.name not in ListQuery.__struct_fields__:
            values = values_of(noun, field.name, field.type)
            known[field.name] = values if field.name == "expand" else [None, *values]
    for combination in itertools.product(*known.values()):
        given = {name: value for name, value in zip(known, combination, strict=True) if value is not None}
        for cursor in (None,) if IN_ORDER_OF_TIME & given.keys() else PLACES:
            yield query_type(**given, cursor=cursor, limit=limit)


def told(values: Mapping[str, Any]) -> str:
    """Values as a failure tells them."""
    return msgspec.json.encode(dict(values), order="deterministic").decode()
