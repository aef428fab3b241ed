"""Structured logs: one line per request or message. A line holds names, ids and numbers, never people's data.

Two rules keep it so, also for libraries. An exception is logged by its type and its places: its text may quote a value,
such as PostgreSQL's `Key (email)=(…)`. A line of a library is logged by its template, without what was filled in.
"""

import asyncio
import errno
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

import msgspec
import structlog

from hiring.foundation.line_writer import LineWriter, writing

MAXIMUM_FRAMES = 30
MAXIMUM_CAUSES = 8
QUIET_LIBRARIES = ("aiormq", "aio_pika", "tornado", "aiosmtpd", "mail.log")
"""They report what clients did wrong at level info; only their warnings are of interest."""


Form = Literal["json", "console"]


class _Quick:
    """Where `info` writes at once; None where lines go through structlog."""

    write: Callable[[str], object] | None = None


@contextmanager
def logging_to_stdout(level: str, form: Form) -> Iterator[None]:
    """Logs to stdout from a thread of its own for the duration of a block: for what serves or works."""

    def lost(count: int) -> str:
        return json_line({"event": "log.lines_dropped", "count": count, "level": "warning", "timestamp": now()})

    with writing(sys.stdout.fileno(), lost) as stream:
        configure(level, form, stream)
        yield


def configure(level: str, form: Form, stream: LineWriter | TextIO | None = None) -> None:
    """Sends every log line of the process, those of libraries included, to one stream in one form (None: stdout)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_exception,
    ]
    renderer = structlog.processors.JSONRenderer(json_line) if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[as_template, *shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        use_get_message=False,
    )
    target: Any = stream or sys.stdout
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    is_told = logging.getLevelName(level.upper()) <= logging.INFO
    _Quick.write = target.write if form == "json" and is_told else None
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # the report about a line that cannot be written quotes the line
    for library in QUIET_LIBRARIES:
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose lines carry an event's name and ids."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger


def info(event: str, **fields: Any) -> None:
    """Logs a line at level info past structlog and logging, for what every request writes.

    Its fields are plain values of JSON. In the console's form a logger writes it.
    """
    if _Quick.write is None:
        get_logger(__name__).info(event, **fields)
    else:
        _Quick.write(json_line({**fields, "event": event, "level": "info", "timestamp": now()}) + "\n")


def json_line(fields: Any, default: Callable[[Any], Any] | None = None) -> str:
    """The fields of a line as JSON."""
    try:
        return msgspec.json.encode(fields, enc_hook=default).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a file name that is not UTF-8
        return json.dumps(fields, default=default)


def now() -> str:
    """The time as lines tell it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def log_loop_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs what nobody awaited: the exception handler of an event loop. asyncio's own one quotes tasks and values."""
    get_logger(__name__).error("loop.unhandled", exc_info=context.get("exception"))


def as_template(logger: Any, name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Reduces a library's message to the first line of its template and its place in code (a structlog processor)."""
    record: logging.LogRecord = event["_record"]
    template = event["event"].partition("\n")[0]
    if record.name == "py.warnings":  # file, line and category; the text follows
        template = ": ".join(template.split(": ")[:2])
    event["event"], event["place"] = template, f"{record.module}:{record.lineno}"
    return event


def with_exception(logger: Any, name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replaces an exception by the types and places of it and of its causes (a structlog processor)."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else given and given[1]
    if error:
        event["exception"] = "\n".join(lines_of(error))
    return event


def lines_of(error: BaseException) -> Iterator[str]:
    """Yields an exception's type and the places that it passed, innermost last; then the same of each of its causes."""
    waiting, told = [error], 0
    while waiting and told < MAXIMUM_CAUSES:
        each, told = waiting.pop(), told + 1
        yield ("" if told == 1 else "because of ") + kind_of(each)
        yield from places_of(each.__traceback__)
        waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        cause = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
        waiting += [cause] if cause is not None else []


def kind_of(error: BaseException) -> str:
    """The type of an exception, with what a driver tells beside the text: an error number, a SQLSTATE, a constraint."""
    told = [type(error).__module__ + "." + type(error).__qualname__]
    if isinstance(error, OSError) and error.errno is not None:
        told.append(errno.errorcode.get(error.errno, str(error.errno)))
    told += [str(code) for code in (getattr(error, "pgcode", None),) if code]
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return " ".join(told + ([str(constraint)] if constraint else []))


def places_of(trace: TracebackType | None) -> Iterator[str]:
    """Yields module, line and function of the innermost frames."""
    frames = list(traceback.walk_tb(trace))
    for frame, line in frames[-MAXIMUM_FRAMES:]:
        yield f"  {frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_qualname}"
