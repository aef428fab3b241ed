"""Pages of other origins (CORS): which may call a resource, and what browsers are told."""

from collections.abc import Container

from hiring.http.asking import Asking

ALLOWED_HEADERS = (
    "Authorization, Consistency-Token, Content-Type, Idempotency-Key, If-Match, If-None-Match, On-Behalf-Of"
)
EXPOSED_HEADERS = (
    "Consistency-Token, ETag, Idempotent-Replayed, Location, RateLimit, Request-Id, Retry-After, Visibility"
)
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
KNOWN_METHODS = frozenset({*METHODS, "HEAD", "OPTIONS"})
"""What a resource may be asked for, whatever it answers."""


class CrossOrigin(Asking):
    """A resource that pages of allowed origins may call."""

    @property
    def allowed(self) -> str:
        """The methods that are operations here, as headers list them."""
        return ", ".join(method for method in METHODS if method in self.operations)

    @property
    def is_to_write(self) -> bool:
        """Whether the request changes something, or asks as a browser whether one that does would be let in."""
        wanted = self.request.headers.get("Access-Control-Request-Method", "")
        return (wanted if self.method == "OPTIONS" else self.method) not in {"GET", "HEAD"}

    def allow_origin(self) -> None:
        """Cross-origin requests (CORS): pages of an allowed origin may read the answer, a refusal included."""
        self.let_in_only(self.dependencies.settings.api.cors_origins)

    def let_in_only(self, origins: Container[str]) -> None:
        """Pages of these origins alone may read the answer."""
        origin = self.request.headers.get("Origin")
        self.set_header("Vary", "Origin")
        self.clear_header("Access-Control-Allow-Origin")
        if origin is not None and origin in origins:
            self.let_in(origin)

    def let_in(self, origin: str) -> None:
        """Pages of this origin may read the answer; `*` for all."""
        self.set_header("Access-Control-Allow-Origin", origin)
        self.set_header("Access-Control-Expose-Headers", EXPOSED_HEADERS)

    async def tell_options(self) -> None:
        """What a browser asks before it sends a request from another origin."""
        self.set_header("Allow", f"{self.allowed}, OPTIONS")
        self.set_header("Access-Control-Allow-Methods", self.allowed)
        self.set_header("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        self.set_header("Access-Control-Max-Age", "600")
        self.status = 204
        await self.finish()
