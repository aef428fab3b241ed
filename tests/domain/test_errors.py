"""What the errors of the service tell a client."""

import inspect

from hiring.errors import AnalyticsDisabled, BeingChanged, Kind, Unseen, declared


def test_error_tells_when_to_try_again_when_trying_again_may_help() -> None:
    """Retry-After of a 503, and of every error whose sentence asks for another try."""
    asking = [
        error for error in declared()
        if not issubclass(error, Unseen | AnalyticsDisabled)  # a deployment does not change while a client waits
        and (error.kind is Kind.UNAVAILABLE or "try again" in error.sentence())
    ]  # fmt: skip
    assert BeingChanged in asking and len(asking) > 6
    for error in asking:
        takes_state = "current" in inspect.signature(error).parameters
        found = error(current={}) if takes_state else error()
        assert found.retry_after_s == 1, error.code


def test_kind_decides_of_answer_and_message() -> None:
    """A frozen table: a message is tried again where time may help, and is done where its effect is there."""
    assert {kind.name: (kind.status, kind.fate.value) for kind in Kind} == {
        "UNAUTHENTICATED": (401, "dead_letter"), "MOVED": (301, "dead_letter"), "NOT_FOUND": (404, "dead_letter"),
        "METHOD_NOT_ALLOWED": (405, "dead_letter"), "TOO_LARGE": (413, "dead_letter"),
        "HEAD_TOO_LARGE": (431, "dead_letter"), "UNSUPPORTED_MEDIA_TYPE": (415, "dead_letter"),
        "MALFORMED": (400, "dead_letter"), "FORBIDDEN": (403, "dead_letter"), "INVALID": (422, "dead_letter"),
        "PRECONDITION_FAILED": (412, "dead_letter"), "CONFLICT": (409, "dead_letter"),
        "REPEATED": (409, "acknowledge"), "RATE_LIMITED": (429, "retry"), "UNAVAILABLE": (503, "retry"),
        "INTERNAL": (500, "retry"),
    }  # fmt: skip
