"""The body of a request: kept where its operation takes one and there is room, else read and dropped."""

from collections.abc import Awaitable

from hiring.errors import ApiError, BodyTooLarge, ServiceBusy, UnsupportedMediaType
from hiring.http.answering import Answering
from hiring.http.operation import Operation
from hiring.http.requests import announced_bytes, has_body

DRAINED_BYTES = 256 * 1024 * 1024
"""Of a body that is not taken, so much is read and dropped, so that its sender sees the answer instead of a reset."""
FREE_BYTES = 16 * 1024
"""So much of each body needs no room: large bodies of some clients never shut out the small ones of others."""


class Receiving(Answering):
    """A request whose body arrives in chunks."""

    kept_bytes = 0
    takes_body = False
    """Whether chunks are kept: not before admission, and not where the operation takes no body."""

    def check_announced_body(self, operation: Operation) -> None:
        """Decides whether the body is kept. Raises: BodyTooLarge, UnsupportedMediaType."""
        if announced_bytes(self.request.headers) > self.maximum_body_bytes(operation):
            raise BodyTooLarge(f"The body is larger than {self.maximum_body_bytes(operation)} bytes.")
        if (coding := self.request.headers.get("Content-Encoding", "identity").strip().lower()) != "identity":
            raise UnsupportedMediaType(f"A body with the content coding {coding[:20]} is not taken; send it as it is.")
        media_type = self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        is_expected = operation.is_streamed or media_type in operation.body_types
        if (has_body(self.request.headers) or media_type) and operation.body is not None and not is_expected:
            raise UnsupportedMediaType(f"This endpoint takes {' or '.join(operation.body_types)}.")
        self.takes_body = operation.body is not None or operation.is_streamed

    def maximum_body_bytes(self, operation: Operation) -> int:
        """How much of a body is taken, in bytes."""
        api = self.dependencies.settings.api
        return api.max_upload_bytes if operation.is_streamed else api.max_body_bytes

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Keeps a chunk of a JSON body, or drops it."""
        if not self.takes_body or self.refusal is not None:
            return None
        try:
            if len(self.received) + len(chunk) > self.dependencies.settings.api.max_body_bytes:
                raise BodyTooLarge
            self.take_room(len(chunk))
            self.received += chunk
        except ApiError as error:
            self.drop(error)
        return None

    def take_room(self, count: int) -> None:
        """Takes room in memory for more bytes of this body. Raises: ServiceBusy."""
        needed = max(self.kept_bytes + count - FREE_BYTES, 0) - max(self.kept_bytes - FREE_BYTES, 0)
        if needed and not self.dependencies.bodies.take(self.source, needed):
            raise ServiceBusy("The service holds too many bodies at this moment; try again.")
        self.kept_bytes += count

    def drop(self, refusal: ApiError) -> None:
        """Refuses the request once its body has arrived; what arrived so far is forgotten, and so is the rest."""
        self.refusal, self.takes_body = refusal, False
        self.forget()

    def forget(self) -> None:
        """Gives the body's memory back at once: a finished request may wait long for the garbage collector."""
        self.received = bytearray()
        if self.kept_bytes > FREE_BYTES:
            self.dependencies.bodies.give_back(self.source, self.kept_bytes - FREE_BYTES)
        self.kept_bytes = 0

    def on_finish(self) -> None:
        """The request has been answered."""
        self.takes_body = False
        self.forget()
        super().on_finish()

    def on_connection_close(self) -> None:
        """The client is gone before it had its answer; a command that has begun still ends."""
        self.takes_body = False
        self.forget()
        super().on_connection_close()
