"""The engine: one query at a time in a session of its own, several side by side, results and rows in files."""

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4
from xml.etree import ElementTree as ET

from chdb import _chdb

from native_server.failures import Failure

PLACES = 16
"""Queries that run at once; the others wait."""
PART_BYTES = 256 * 1024
MAXIMUM_FIELD_BYTES = 131_072
"""Of a parameter in a form, where the profile says nothing else: as ClickHouse's own server has it."""
WAIT_LIMIT_S = 30.0
"""Then a waiting one is refused, as by a server with too many queries."""
FORMAT_AT_END = re.compile(r"\sFORMAT\s+(\w+)\s*;?\s*\Z", re.IGNORECASE)
ROWS_EXPECTED = re.compile(
    r"\A(?P<into>(?:\s|/\*.*?\*/|--[^\n]*\n)*INSERT\s.*?)(?P<settings>\sSETTINGS\s.*?)?"
    r"\s(?:FORMAT\s+(?P<format>\w+)|(?P<values>VALUES))\s*\Z",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement with everything that its request says about it. `rows`: a file whose content it inserts."""

    sql: str
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    format: str = "TabSeparated"
    rows: Path | None = None
    rows_encoding: str = ""
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave: the text of the answer, whose file nobody else sees, its format, and what it counted."""

    content: BinaryIO | bytes
    format: str
    counts: Mapping[str, int]

    def close(self) -> None:
        """Gives the file back."""
        if not isinstance(self.content, bytes):
            self.content.close()


class Engine:
    """Owns the folder."""

    def __init__(self, folder: Path, *, server_limits: Path, profile: Path) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True, exist_ok=True)
        for left_over in self.temporary.iterdir():
            left_over.unlink()
        os.environ["TZ"] = "UTC"
        _chdb.set_signal_handlers_enabled(False)
        self._address = f"{folder / 'data'}?config-file={server_limits}"
        self._profile = settings_of(profile)
        self.maximum_field_bytes = int(self._profile.get("http_max_field_value_size", MAXIMUM_FIELD_BYTES))
        self._places = threading.BoundedSemaphore(PLACES)
        # Open for as long as the process runs: with its last connection the engine would end.
        self._root = _chdb.connect(self._address)
        facts = ask(self._root, "SELECT version(), timezone()").bytes().decode()
        self.version, self.time_zone = facts.strip().split("\t")

    def run(self, query: Query) -> Result:
        """Returns when the query has ended; what it wrote is there for everybody then. Raises: Failure."""
        if not self._places.acquire(timeout=WAIT_LIMIT_S):
            raise Failure("Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)")
        try:
            with self._session(query) as session:
                return self._insert(session, query) if query.rows else self._read(session, query)
        finally:
            self._places.release()

    def cancel_all(self) -> None:
        """Ends what still runs."""
        ask(self._root, "KILL QUERY WHERE query_id != queryID() SYNC")

    def close(self) -> None:
        """Ends the engine; its folder can be opened by another process then."""
        self._root.close()

    @contextmanager
    def _session(self, query: Query) -> Iterator[Any]:
        """A connection with the settings of the query, which nobody else sees."""
        session = _chdb.connect(self._address)
        try:
            if query.database:
                ask(session, f"USE {quoted(query.database, '`')}")
            named = {**self._profile, **query.settings}
            if query.is_read_only:
                named["readonly"] = "2"
            if named:
                pairs = (f"{quoted(name, '`')} = {quoted(value)}" for name, value in named.items())
                ask(session, f"SET {', '.join(pairs)}")
            yield session
        finally:
            session.close()

    def _read(self, session: Any, query: Query) -> Result:
        """A result whose format stands at the end of the statement goes through a file, so that none is held."""
        kind = session.classify_query(query.sql)
        if kind["statement_count"] > 1:
            raise Failure("Code: 62. DB::Exception: Syntax error (Multi-statements are not allowed). (SYNTAX_ERROR)")
        named = FORMAT_AT_END.search(query.sql)
        if named is None or kind["query_class"] != _chdb.query_class.READ_ONLY:
            answer = ask(session, query.sql, query.format, query.parameters)
            return Result(answer.bytes(), named[1] if named else query.format, counts_of(answer))
        file = self.temporary / uuid4().hex
        into = f"\nINTO OUTFILE {quoted(str(file))} TRUNCATE\nFORMAT {named[1]}"
        try:
            answer = ask(session, query.sql[: named.start()] + into, query.format, query.parameters)
            return Result(file.open("rb"), named[1], counts_of(answer))
        finally:
            file.unlink(missing_ok=True)

    def _insert(self, session: Any, query: Query) -> Result:
        """Rows go to the engine in parts, which holds a block of them at a time; compressed ones it reads by itself."""
        parts = ROWS_EXPECTED.match(query.sql)
        assert parts is not None and query.rows is not None  # else the request has no rows apart from its statement
        into, settings, written = parts["into"], parts["settings"] or "", parts["format"] or "Values"
        if query.rows_encoding:
            source = f"FROM INFILE {quoted(str(query.rows))} COMPRESSION {quoted(query.rows_encoding)}"
            answer = ask(session, f"{into} {source}{settings} FORMAT {written}")
        else:
            answer = sent(session, into + settings, written, query.rows)
        return Result(b"", query.format, counts_of(answer))


def ask(
    session: Any, sql: str, output_format: str = "TabSeparated", parameters: Mapping[str, str] | None = None
) -> Any:
    """One statement in a session; parameters are spelled as requests spell them. Raises: Failure."""
    try:
        answer = session.query(sql, output_format, params=dict(parameters or {}))
    except RuntimeError as error:
        raise Failure(str(error)) from None
    if answer.has_error():
        raise Failure(answer.error_message())
    return answer


def sent(session: Any, sql: str, input_format: str, rows: Path) -> Any:
    """An insert of what is in a file. Raises: Failure."""
    try:
        insert = session.send_insert(sql, input_format)
        with rows.open("rb") as file:
            while part := file.read(PART_BYTES):
                session.insert_append(insert, part)
        return session.insert_done(insert)
    except RuntimeError as error:
        raise Failure(str(error)) from None


def counts_of(answer: Any) -> Mapping[str, int]:
    """What `X-ClickHouse-Summary` tells."""
    return {
        "read_rows": answer.storage_rows_read(),
        "read_bytes": answer.storage_bytes_read(),
        "written_rows": answer.rows_written(),
        "written_bytes": answer.bytes_written(),
        "result_rows": answer.rows_read(),
        "elapsed_ns": int(answer.elapsed() * 1e9),
    }


def quoted(text: str, quote: str = "'") -> str:
    """A text as SQL spells it."""
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\0", "\\0") + quote


def settings_of(profile: Path) -> Mapping[str, str]:
    """The settings of the default profile of a file of users."""
    found = ET.parse(profile).find("profiles/default")  # noqa: S314  # the stack's own file
    return {} if found is None else {each.tag: (each.text or "").strip() for each in found}
