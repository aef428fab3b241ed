"""ClickHouse's HTTP interface over the engine: a thread for each connection, of which there is a maximum."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from native_server import bodies
from native_server.engine import ROWS_EXPECTED, Engine, Query, Result
from native_server.failures import Failure
from native_server.login import Login

MAXIMUM_CONNECTIONS = 256
IDLE_TIMEOUT_S = 60
"""Longer than clients keep idle connections, which then do not meet one that has just been closed."""
ABOUT_THE_REQUEST = {
    "user", "password", "query", "database", "default_format", "query_id", "quota_key", "role", "session_id",
    "session_check", "session_timeout", "compress", "decompress", "buffer_size", "wait_end_of_query",
    "client_protocol_version", "enable_http_compression", "http_zlib_compression_level", "add_http_cors_header",
    "send_progress_in_http_headers", "http_headers_progress_interval_ms",
    "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip
"""Parameters that are no settings of the query, and settings that only a server with a network has."""
MEDIA_TYPES = {
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNames": "text/tab-separated-values; charset=UTF-8; header=present",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
}
ANY_TYPE = "application/octet-stream"


class Server(ThreadingHTTPServer):
    """Listens on loopback from its beginning; `stop` ends it."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, port: int, engine: Engine, login: Login) -> None:
        self.engine, self.login = engine, login
        self._places = threading.BoundedSemaphore(MAXIMUM_CONNECTIONS)
        self._changed = threading.Condition()
        self._running = 0
        self.is_stopping = False
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._places.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is no news."""

    @contextmanager
    def answering(self) -> Iterator[None]:
        """A request that a stop waits for."""
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def stop(self, limit_s: float) -> None:
        """Takes no new requests, and returns when those that run are answered; after the limit they are cancelled."""
        self.is_stopping = True
        self.shutdown()
        self.server_close()
        with self._changed:
            if not self._changed.wait_for(lambda: not self._running, limit_s):
                self.engine.cancel_all()
                self._changed.wait_for(lambda: not self._running, limit_s / 4)

    def server_close(self) -> None:
        """Without waiting for threads of idle connections, as the standard library would."""
        self.socket.close()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT_S
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/ping" or (address.path == "/" and not address.query):
            self._answer(HTTPStatus.OK, BytesIO(b"Ok.\n"), 4, {"Content-Type": "text/html; charset=UTF-8"})
        else:
            self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are not logged."""

    def _serve(self) -> None:
        if self.server.is_stopping:
            self.close_connection = True
            return
        query_id = ""
        with self.server.answering(), ExitStack() as stack:
            parts = bodies.parts_of(cast(Any, self.rfile), self.headers)
            try:
                address = urlsplit(self.path)
                parameters = dict(parse_qsl(address.query, keep_blank_values=True))
                query_id = parameters.get("query_id") or str(uuid4())
                self.server.login.check(self.headers, parameters)
                if address.path not in ("/", "/query"):
                    raise Failure(f"Code: 60. DB::Exception: There is no handle {address.path}. (UNKNOWN_TABLE)")
                result = self.server.engine.run(self._query(parameters, parts, stack))
            except Failure as failure:
                self._fail(failure, query_id, parts)
            except (ConnectionError, TimeoutError):
                self.close_connection = True
            else:
                self._show(result, query_id)

    def _query(self, parameters: Mapping[str, str], parts: Iterator[bytes], stack: ExitStack) -> Query:
        """What is asked, after the whole body has arrived."""
        content_type, encoding = self.headers.get("Content-Type", ""), self.headers.get("Content-Encoding", "")
        if parameters.get("compress") == "1" or parameters.get("decompress") == "1":
            raise Failure("Code: 48. DB::Exception: Native compression is not supported. (NOT_IMPLEMENTED)")
        if content_type.startswith("multipart/form-data"):
            parameters = {**parameters, **bodies.fields_of(content_type, parts, self.server.engine.maximum_field_bytes)}
        sql, rows = parameters.get("query", ""), None
        if ROWS_EXPECTED.match(sql):
            rows = stack.enter_context(bodies.stored(self.server.engine.temporary, b"", parts))
        else:
            statement, first = bodies.split(bodies.held(parts))
            sql = f"{sql}\n{statement}" if sql and statement else sql or statement
            if ROWS_EXPECTED.match(sql):
                rows = stack.enter_context(bodies.stored(self.server.engine.temporary, first, parts))
        if not sql.strip():
            raise Failure("Code: 62. DB::Exception: Syntax error: Empty query. (SYNTAX_ERROR)")
        return Query(
            sql=sql, rows=rows, rows_encoding=encoding, is_read_only=self.command == "GET",
            database=parameters.get("database") or self.headers.get("X-ClickHouse-Database") or "",
            format=parameters.get("default_format") or self.headers.get("X-ClickHouse-Format") or "TabSeparated",
            parameters={k.removeprefix("param_"): v for k, v in parameters.items() if k.startswith("param_")},
            settings={
                k: v for k, v in parameters.items() if k not in ABOUT_THE_REQUEST and not k.startswith("param_")
            },
        )  # fmt: skip

    def _show(self, result: Result, query_id: str) -> None:
        content = BytesIO(result.content) if isinstance(result.content, bytes) else result.content
        with content:
            size = content.seek(0, 2)
            content.seek(0)
            headers = self._headers(query_id) | {
                "Content-Type": MEDIA_TYPES.get(result.format, ANY_TYPE),
                "X-ClickHouse-Format": result.format,
                "X-ClickHouse-Summary": json.dumps({name: str(count) for name, count in result.counts.items()}),
            }
            self._answer(HTTPStatus.OK, content, size, headers)

    def _fail(self, failure: Failure, query_id: str, parts: Iterator[bytes]) -> None:
        text = str(failure).strip()
        if "(version " not in text:
            text += f" (version {self.server.engine.version})"
        headers = self._headers(query_id) | {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-ClickHouse-Exception-Code": str(failure.code),
        }
        if failure.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
        try:
            for _ in parts:  # else the rest of the body would be read as the next request
                pass
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        body = f"{text}\n".encode()
        self._answer(failure.status, BytesIO(body), len(body), headers)

    def _headers(self, query_id: str) -> dict[str, str]:
        return {
            "X-ClickHouse-Server-Display-Name": "native",
            "X-ClickHouse-Query-Id": query_id,
            "X-ClickHouse-Timezone": self.server.engine.time_zone,
        }

    def _answer(self, status: HTTPStatus, content: Any, size: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(size)}.items():
            self.send_header(name, value)
        if self.server.is_stopping:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        while part := content.read(bodies.PART_BYTES):
            self.wfile.write(part)
        self.wfile.flush()
