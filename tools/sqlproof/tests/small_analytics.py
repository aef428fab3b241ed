"""A small sound tree for ClickHouse: tables, a view, a function, a statement, its caller."""

from collections.abc import Callable
from pathlib import Path

from small_tree import RULES, project_of
from sqlproof.clickhouse.proof import Proven
from sqlproof.configuration import Project

CHECKOUT = Path(__file__).resolve().parents[3]
NATIVE = CHECKOUT / "conf" / "clickhouse"
ANALYTICS = f"""
[analytics]
engine = [
    "{CHECKOUT}/.venv-clickhouse/bin/python", "-m", "native_server", "--folder", "$folder", "--port", "$port",
    "--server-limits", "{NATIVE}/limits.xml", "--profile", "{NATIVE}/users.xml",
]
install = "make check installs it"
opening = ["-- [A-Z].*: ", "-- Engine: ClickHouse\\\\.", "-- Know first: "]
free_names = ["period"]
values = {{ zone = "UTC" }}

[analytics.environment]
CLICKHOUSE_USER = "$user"
CLICKHOUSE_PASSWORD = "$password"
PYTHONPATH = "{NATIVE}"
PYTHONDONTWRITEBYTECODE = "1"
"""
ANALYTICS_RULES = RULES + ANALYTICS
UP = """-- Why: reports.
CREATE TABLE facts (organization_id UUID, job_id UUID, kind LowCardinality(String), at DateTime64(6, 'UTC'))
ENGINE = ReplacingMergeTree ORDER BY (organization_id, job_id);

CREATE TABLE names (organization_id UUID, name String) ENGINE = MergeTree ORDER BY organization_id;

CREATE TABLE days (occurred_on Date) ENGINE = MergeTree ORDER BY occurred_on;
"""
DOWN = "DROP TABLE days; DROP TABLE names; DROP TABLE facts;\n"
VIEW = """CREATE OR REPLACE VIEW seen AS
SELECT f.job_id, f.at
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID} AND has({job_ids:Array(UUID)}, f.job_id);

CREATE OR REPLACE FUNCTION whole AS (x) -> toInt64(x);
"""
OPENING = "-- Trials: of these tests.\n-- Engine: ClickHouse.\n-- Know first: nothing.\n\n"
COUNT = """-- name: count
-- Counts facts: of 'those; {seen}' too.
-- Takes: organization_id, job_ids, zone
SELECT toDate(s.at, {zone:String}) AS period, count() AS number, ['a;{b:c}', '\\''] AS texts
FROM seen(organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}) AS s
LEFT JOIN names AS n ON n.organization_id = {organization_id:UUID} AND toString(s.job_id) = n.name
WHERE s.job_id IN (SELECT f.job_id FROM facts AS f FINAL WHERE f.organization_id = {organization_id:UUID})
GROUP BY period;
"""
CALLER = "async def run(db):\n    statements = db.analytics.trials\n"
FIRST_LINE = OPENING.count("\n") + 1
TENANT = "f.organization_id = {organization_id:UUID}"
SELECT = "SELECT f.job_id FROM facts AS f FINAL"

Asked = Callable[..., Proven]


def tree(folder: Path, statement: str = COUNT, view: str = VIEW, up: str = UP, down: str | None = DOWN,
         opening: str = OPENING, **more: str) -> Project:  # fmt: skip
    """A project with a file of each kind."""
    texts = {
        "sql/analytics/trials.sql": opening + statement,
        "sql/views/seen.sql": view,
        "migrations/clickhouse/0001_make.sql": up,
        "shop/trials.py": f"{CALLER}    await statements.count()\n",
        **more,
    }
    texts |= {"migrations/clickhouse/0001_make.down.sql": down} if down is not None else {}
    return project_of(folder, texts, ANALYTICS_RULES)


def statement(text: str, takes: str = "organization_id") -> str:
    """A statement with a sound header."""
    return "\n".join(["-- name: count", "-- Counts.", *([f"-- Takes: {takes}"] if takes else []), f"{text};", ""])


def only_one(proven: Proven, path: str, line: int, words: str) -> None:
    """One finding."""
    [found] = [*proven.refused, *proven.broken]
    assert (found.path.name, found.line) == (path, line), str(found)
    assert words in found.sentence, str(found)
