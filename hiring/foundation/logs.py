"""Structured logs: one line per request or message. A line holds names, ids and numbers, never people's data.

Two rules keep it so, also for libraries. An exception is logged by its type and its places: its text may quote a value,
such as PostgreSQL's `Key (email)=(…)`. A line of a library is logged by its template, without what was filled in.
"""

import asyncio
import errno
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog

MAXIMUM_FRAMES = 30
MAXIMUM_CAUSES = 8
QUIET_LIBRARIES = ("aiormq", "aio_pika", "tornado", "aiosmtpd", "mail.log")
"""They report what clients did wrong at level info; only their warnings are of interest."""


def configure(level: str, form: Literal["json", "console"], stream: TextIO | None = None) -> None:
    """Sends every log line of the process, those of libraries included, to one stream in one form (None: stdout)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_exception,
    ]
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[as_template, *shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        use_get_message=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
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
