"""Consents: what candidates said to consent texts."""

from uuid import UUID

from hiring.commands import consents as commands
from hiring.domain.consents import ConsentSource, RecordedSource, TextVersion
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, created, resource
from hiring.http.shapes import ActorReference, Request, Resource, page_of
from hiring.queries import consents as queries
from hiring.queries.consents import ConsentsQuery


class Consent(Resource, frozen=True, kw_only=True):
    """What a candidate said to a consent text, for good: of those to one text the newest holds."""

    candidate_id: UUID
    """The candidate who said so."""
    consent_text_id: UUID
    """The text that it is about."""
    consent_text_version: int
    """The version of the text that it is about. `GET /consent-texts/{consent_text_id}?version=` shows it."""
    is_granted: bool
    """Whether the candidate consented; false for a refusal, and for a consent that was taken back."""
    source: ConsentSource
    """How the candidate said so: with an `application` through a board, or as who recorded it was told. `merge` is a
    refusal that was carried over from a candidate who was merged, because the other one's consent was newer."""
    actor: ActorReference
    """Who recorded it. With an application through a board its `type` is `anonymous`, or `api_key` for a board key."""


class NewConsent(Request, frozen=True, kw_only=True):
    """What a candidate told somebody."""

    consent_text_id: UUID
    """The text that it is about. An archived one can only be refused."""
    consent_text_version: TextVersion
    """The version of the text that it is about, the current or an earlier one."""
    is_granted: bool
    source: RecordedSource
    """How the candidate said so."""


@operation(returns=page_of(Consent))
async def list_consents(request: Handler, query: ConsentsQuery) -> Reply:
    """List consents.

    Lists what the candidates whom the caller sees said to consent texts, newest first: with scope `team`, of those with
    an application to a job of their hiring teams, where being only an interviewer is not enough. Of each candidate and
    text the first one that is listed holds; all others are history.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Consent, events=("consent.changed",))
async def record_consent(request: Handler, candidate_id: UUID, body: NewConsent) -> Reply:
    """Record a consent.

    Records what an active candidate told the caller, and it holds from then on. To take a consent back, record that it
    is not granted. What was said before stays on record, also where it was the same. The candidate's `updated_at`
    moves, but not the `version`.
    """
    change = await commands.record(
        request.db, request.actor, candidate_id=candidate_id, consent_text_id=body.consent_text_id,
        consent_text_version=body.consent_text_version, is_granted=body.is_granted, source=body.source,
    )  # fmt: skip
    return created(change, "consents")


@operation(returns=Consent)
async def read_consent(request: Handler, consent_id: UUID) -> Reply:
    """Read a consent.

    `GET /consents` says which consents are visible to the caller; every other one is not found.
    """
    return resource(await queries.find(request.db, request.actor, consent_id=consent_id))
