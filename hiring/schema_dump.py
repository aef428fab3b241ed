"""The schema as one text to read and compare: pg_dump's account, without what differs from server to server."""

import re
import shutil
import subprocess
from pathlib import Path

from hiring.config import Settings
from hiring.migration_files import MigrationError

INSTALLED = Path("/usr/lib/postgresql")
NOISE = re.compile(r"--|\\|SET |\w+ pg_catalog\.")
"""Comments and commands of its session."""
TIMEOUT_S = 60
HEADING = """\
-- What all migrations together make, as pg_dump tells it. `make schema` writes this page, a test compares it with the
-- migrations; why each thing is there, and how it came, is in migrations/.
"""


def dump_schema(settings: Settings) -> str:
    """Asks the primary for the schema of its database, as the owner.

    Raises:
        MigrationError: pg_dump is not installed, or fails.
    """
    primary, owner = settings.postgres.primary, settings.postgres.roles.owner
    arguments = ["--schema-only", "--no-owner", "--host", primary.host, "--port", str(primary.port)]
    run = subprocess.run(
        [_program(), *arguments, "--username", owner.user, settings.postgres.database],
        env={"PGPASSWORD": owner.password or "", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    if run.returncode:
        raise MigrationError(f"pg_dump: {run.stderr.strip()}")
    kept = "\n".join(line for line in run.stdout.splitlines() if not NOISE.match(line))
    text = re.sub(r"\n{3,}", "\n\n", kept).strip()
    return f"{HEADING}\n{text}\n"


def _program() -> str:
    """The newest pg_dump: an older one refuses a newer server."""
    newest = max(INSTALLED.glob("*/bin/pg_dump"), key=lambda path: int(path.parts[-3]), default=None)
    program = newest or shutil.which("pg_dump")
    if program is None:
        raise MigrationError("pg_dump is not installed: it is in Debian's package postgresql-client")
    return str(program)
