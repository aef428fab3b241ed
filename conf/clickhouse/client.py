"""`client.py URL USER DATABASE [SQL]`: asks ClickHouse over HTTP: one statement, those of standard input, or a prompt.

Statements end with a semicolon at the end of a line. CLICKHOUSE_PASSWORD in the environment is the password. Like
clickhouse-client, it shows a table to people and tab-separated values to programs.
"""

import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

TIME_LIMIT_S = 600


class Refused(Exception):
    """The server's sentence about a statement."""


def asked(url: str, user: str, database: str, sql: str) -> str:
    """What a statement gives. Raises: Refused."""
    shown = "PrettyCompact" if sys.stdout.isatty() else "TabSeparated"
    headers = {
        "X-ClickHouse-User": user, "X-ClickHouse-Key": os.environ["CLICKHOUSE_PASSWORD"],
        "X-ClickHouse-Database": database,
    }  # fmt: skip
    request = urllib.request.Request(f"{url}/?default_format={shown}", sql.encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIME_LIMIT_S) as answer:  # noqa: S310  # the stack's own address
            return str(answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        raise Refused(error.read().decode(errors="replace").strip()) from None
    except OSError as error:
        raise Refused(f"ClickHouse does not answer: {getattr(error, 'reason', error)}") from None


def statements() -> Iterator[str]:
    """Those of a person at a prompt, or of standard input."""
    is_prompted, lines = sys.stdin.isatty(), list[str]()
    if is_prompted:
        import readline  # noqa: F401, PLC0415  # gives input() its history, where there is a terminal
    while True:
        try:
            lines.append(input("clickhouse> " if is_prompted and not lines else "") + "\n")
        except EOFError:
            break
        if lines[-1].rstrip().endswith(";"):
            yield "".join(lines).rstrip().removesuffix(";")
            lines.clear()
    if "".join(lines).strip():
        yield "".join(lines)


def main(url: str, user: str, database: str, *given: str) -> int:
    status = 0
    for sql in given or statements():
        try:
            sys.stdout.write(asked(url, user, database, sql))
        except Refused as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
