"""Consent texts: what applicants are asked to consent to, by purpose and language."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import consent_texts as commands
from hiring.domain.consents import Purpose
from hiring.domain.vocabulary import Language, LanguageTag, LongText
from hiring.errors import LanguageTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import consent_texts as queries
from hiring.queries.consent_texts import ConsentTextQuery, ConsentTextsQuery


class ConsentText(Archivable, frozen=True, kw_only=True):
    """A text that application forms ask applicants to consent to."""

    purpose: Purpose
    """What the data of an applicant is used for: to handle the application (`processing`), to keep it for later jobs
    (`retention`), or for statistics of who applies (`demographics`). It never changes."""
    language: LanguageTag
    """The language that the text is written in. It never changes."""
    text: str
    """What the applicant reads, as it was typed: plain text, neither HTML nor Markdown."""
    is_required: bool
    """Whether forms refuse an application without this consent."""


class NewConsentText(Request, frozen=True, kw_only=True):
    """What a consent text is made from."""

    purpose: Purpose
    language: Language
    """The language that the text is written in. A purpose has one active text in each language."""
    text: LongText
    is_required: bool = False


class ConsentTextPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a consent text."""

    text: LongText | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET


@operation(returns=page_of(ConsentText), is_tagged=True)
async def list_consent_texts(request: Handler, query: ConsentTextsQuery) -> Reply:
    """List consent texts.

    Shows active and archived texts for every purpose, each in its current version. The newest come first; with
    `updated_since`, they come in the order of their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=ConsentText, refuses=(LanguageTaken,), events=("vocabulary.changed",))
async def add_consent_text(request: Handler, body: NewConsentText) -> Reply:
    """Add a consent text.

    Adds an active text. From then on the form of every post in its language asks for it; where the language is that of
    the organization, so does the form of every post in a language in which the purpose has no active text.
    """
    added = await commands.add(
        request.db, request.actor, purpose=body.purpose, language=body.language, text=body.text,
        is_required=body.is_required,
    )  # fmt: skip
    return created(added, "consent-texts")


@operation(returns=ConsentText)
async def read_consent_text(request: Handler, consent_text_id: UUID, query: ConsentTextQuery) -> Reply:
    """Read a consent text.

    Shows a text, active or archived, as it is now or, with `version`, as it was then: every version stays readable,
    because consents name it. A version that the text never had is not found.
    """
    return resource(await queries.find(request.db, request.actor, query, consent_text_id=consent_text_id))


@operation(returns=ConsentText, events=("vocabulary.changed",))
async def change_consent_text(request: Handler, consent_text_id: UUID, body: ConsentTextPatch) -> Reply:
    """Change a consent text.

    Makes a new version of a text, active or archived. What candidates have consented to stays what it was. Forms ask
    for the new version at once, and an application that names another one is refused (422 `not_current`), so that its
    applicant reads the text again. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, consent_text_id=consent_text_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=ConsentText, events=("vocabulary.changed",))
async def archive_consent_text(request: Handler, consent_text_id: UUID, body: Nothing) -> Reply:
    """Archive a consent text.

    Forms do not ask for the text any more, and candidates can only take back their consent to it. Another text for its
    purpose and language can be added. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, consent_text_id=consent_text_id, expected_versions=request.expected_versions
    )
    return changed(change)
