"""What a log line tells, and what it keeps back: texts of exceptions, and what a library filled in."""

import errno
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from hiring.foundation.logs import MAXIMUM_CAUSES, MAXIMUM_FRAMES, json_line, kind_of, lines_of

SECRET = "zoe@example.com"  # what no line may hold
PROGRAM = """
import asyncio, logging, sys, warnings
from hiring.foundation.logs import configure, get_logger, log_loop_failure
configure("{level}", "{form}")
log = get_logger("hiring.trial")
log.debug("quiet")
log.info("told", count=3)
try:
    raise ValueError("zoe@example.com")
except ValueError:
    log.exception("failed")
logging.getLogger("library").warning("cannot %s\\nmore", "zoe@example.com")
logging.getLogger("library").info("may %s", "zoe@example.com")
logging.getLogger("tornado.access").info("GET zoe@example.com")
logging.getLogger("tornado.access").warning("GET %s", "zoe@example.com")
warnings.warn("zoe@example.com")
log_loop_failure(None, {{"message": "zoe@example.com", "exception": KeyError("zoe@example.com")}})
"""


def lines_told(level: str, form: str = "json") -> list[str]:
    """What a process of its own writes to its log: it is configured once for a whole process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(level=level, form=form)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_line_tells_what_happened_and_no_value() -> None:
    """One object for each line, with its level and its time; libraries are told by their templates."""
    lines = lines_told("info")
    assert SECRET not in "".join(lines)
    told = [json.loads(line) for line in lines]
    assert [each["event"] for each in told[:3]] == ["told", "failed", "cannot %s"]
    assert all(each["timestamp"].endswith("Z") and each["level"] for each in told)
    assert told[0] | {"timestamp": ""} == {"event": "told", "count": 3, "level": "info", "timestamp": ""}
    assert told[1]["exception"].splitlines() == ["builtins.ValueError", "  __main__:9 <module>"]
    assert told[2]["place"] == "<string>:12" and told[2]["logger"] == "library" and told[2]["level"] == "warning"
    assert [each["event"] for each in told[3:5]] == ["may %s", "GET %s"], "a quiet library is heard from warning on"
    assert told[5]["event"] == "<string>:16: UserWarning"
    assert (told[6]["event"], told[6]["level"], told[6]["exception"]) == (
        "loop.unhandled",
        "error",
        "builtins.KeyError",
    )
    assert len(told) == 7


def test_line_is_written_from_its_level_on_and_in_the_form_that_is_set() -> None:
    """Debug tells more, error less; the console's form is no JSON, and keeps the same back."""
    assert [json.loads(line)["event"] for line in lines_told("error")] == ["failed", "loop.unhandled"]
    assert json.loads(lines_told("debug")[0])["event"] == "quiet"
    console = "\n".join(lines_told("info", "console"))
    assert "told" in console and not console.startswith("{") and SECRET not in console


class Refused(Exception):
    """A driver's error."""

    def __init__(self, pgcode: str | None, constraint: str | None) -> None:
        super().__init__(SECRET)
        self.pgcode, self.diag = pgcode, SimpleNamespace(constraint_name=constraint)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError(SECRET), "builtins.ValueError"),
        (OSError(errno.ENOSPC, SECRET), "builtins.OSError ENOSPC"),
        (OSError(99_999, SECRET), "builtins.OSError 99999"),
        (OSError(SECRET), "builtins.OSError"),
        (Refused("23505", "users_email_taken"), f"{__name__}.Refused 23505 users_email_taken"),
        (Refused("57014", None), f"{__name__}.Refused 57014"),
        (Refused(None, None), f"{__name__}.Refused"),
    ],
)
def test_error_is_told_by_type_number_and_constraint(error: BaseException, told: str) -> None:
    """Never by its text."""
    assert kind_of(error) == told


def raised(error: BaseException, cause: BaseException, *, is_hidden: bool = False) -> BaseException:
    """An error that was raised because of another, or in spite of it."""
    error.__context__, error.__cause__ = cause, None if is_hidden else cause
    return error


def kinds(error: BaseException) -> list[str]:
    """The lines of an exception and its causes, without those of places."""
    return [line for line in lines_of(error) if not line.startswith("  ")]


def test_causes_are_told_behind_an_error_and_only_so_many() -> None:
    """Also those of a group; a cause that was hidden on purpose is not told."""
    assert kinds(raised(TypeError(), KeyError())) == ["builtins.TypeError", "because of builtins.KeyError"]
    assert kinds(raised(TypeError(), KeyError(), is_hidden=True)) == ["builtins.TypeError"]
    group = ExceptionGroup("two", [KeyError(), ValueError()])
    assert sorted(kinds(group)) == [
        "because of builtins.KeyError", "because of builtins.ValueError", "builtins.ExceptionGroup",
    ]  # fmt: skip
    context = KeyError()
    context.__context__ = ValueError()
    assert kinds(context) == ["builtins.KeyError", "because of builtins.ValueError"]
    error: BaseException = ValueError()
    for _ in range(MAXIMUM_CAUSES + 3):
        error = caused(error)
    assert len(kinds(error)) == MAXIMUM_CAUSES


def caused(cause: BaseException) -> BaseException:
    """An error because of another."""
    error = RuntimeError()
    error.__cause__ = cause
    return error


def test_innermost_places_are_told_when_there_are_many() -> None:
    """The end of a trace says where it failed."""

    def deep(count: int) -> Any:
        return deep(count - 1) if count else json.loads("{")

    with pytest.raises(ValueError, match="Expecting") as failed:
        deep(MAXIMUM_FRAMES + 20)
    places = [line for line in lines_of(failed.value) if line.startswith("  ")]
    assert len(places) == MAXIMUM_FRAMES
    assert places[-1].startswith("  json.decoder:") and places[-1].endswith("raw_decode")
    assert places[0].endswith("deep")


def test_line_is_lost_quietly_when_it_cannot_be_written() -> None:
    """Python's own report about it would quote the line."""
    program = (
        "import logging, sys\nfrom hiring.foundation.logs import configure\n"
        "configure('info', 'json', open('/dev/full', 'w', buffering=1))\n"
        "logging.getLogger('a').error('zoe@example.com')\nsys.stdout.write('done')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "done" and SECRET not in done.stderr


def test_line_is_json_when_a_text_is_no_unicode() -> None:
    """Half of a surrogate pair, as a file name may hold; what JSON does not know is shown as the caller says."""
    assert json.loads(json_line({"a": "\udce9", "b": "é"})) == {"a": "\udce9", "b": "é"}
    assert json.loads(json_line({"a": ValueError}, default=repr)) == {"a": repr(ValueError)}
