"""What is known of a request while it is answered. What every request passes adds to it; handlers read it."""

from collections.abc import Mapping
from uuid import UUID

from tornado.web import RequestHandler

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.http.dependencies import Dependencies
from hiring.http.operation import Operation


class Asking(RequestHandler):
    """A request: who asks, from where, and for what."""

    dependencies: Dependencies
    operations: Mapping[str, Operation]
    """What may be asked for at the path, by method."""
    route: str
    """The template of the path, by which logs and metrics tell requests apart."""
    request_id: UUID
    address: str
    source: str
    """What anonymous requests are counted by (`admission.source_of`)."""
    actor: Actor
    db: Database
    names_writes: bool
    """Whether there are writes that the caller must see, so that no answer from memory will do."""
    principal_id: str | None = None
    standing: str | None = None
    """What is left of the caller's limit, None until the request is counted."""
    received: bytearray
    """The body, as far as it has arrived and is kept."""

    @property
    def operation(self) -> Operation | None:
        """What is asked for; HEAD asks for what GET does, and Tornado keeps the body back."""
        return self.operations.get("GET" if self.request.method == "HEAD" else self.request.method or "")

    @property
    def secret(self) -> str:
        """What cursors and consistency tokens are signed with."""
        return self.dependencies.settings.tokens.secret
