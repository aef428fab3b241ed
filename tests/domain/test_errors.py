"""What the errors of the service tell a client."""

import inspect

from hiring.errors import BeingChanged, Kind, Unseen, declared


def test_error_tells_when_to_try_again_when_trying_again_may_help() -> None:
    """Retry-After of a 503, and of every error whose sentence asks for another try."""
    asking = [
        error for error in declared()
        if not issubclass(error, Unseen) and (error.kind is Kind.UNAVAILABLE or "try again" in error.sentence())
    ]  # fmt: skip
    assert BeingChanged in asking and len(asking) > 6
    for error in asking:
        takes_state = "current" in inspect.signature(error).parameters
        found = error(current={}) if takes_state else error()
        assert found.retry_after_s == 1, error.code
