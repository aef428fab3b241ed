"""What is known of a request while it is answered. What every request passes adds to it; handlers read it."""

from collections.abc import Mapping
from uuid import UUID

from tornado.httputil import HTTPServerRequest

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.http.dependencies import Dependencies
from hiring.http.operation import Operation
from hiring.http.writing import Writing


class Asking(Writing):
    """A request: who asks, from where, and for what.

    `route`: the template of the path, by which logs and metrics tell requests apart. `operations`: what may be asked
    for there, by method. `values`: of the parameters in the path.
    """

    path_kwargs: Mapping[str, str]
    """The parameters in the path, once it is known that they are texts."""
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

    def __init__(
        self, request: HTTPServerRequest, dependencies: Dependencies, route: str, operations: Mapping[str, Operation],
        values: Mapping[str, bytes],
    ) -> None:  # fmt: skip
        super().__init__(request)
        self.dependencies, self.route, self.operations = dependencies, route, operations
        self.values, self.path_kwargs = values, {}
        self.method = request.method or ""
        self.operation = operations.get("GET" if self.method == "HEAD" else self.method)
        """What is asked for; HEAD asks for what GET does, without its body."""

    @property
    def secret(self) -> str:
        """What cursors and consistency tokens are signed with."""
        return self.dependencies.settings.tokens.secret
