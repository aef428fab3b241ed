"""The Makefile keeps its promises: every daily task is there, explained, and asks before it destroys."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
TARGETS = """
up test check check-env env env-infra infra-up infra-down docker-build docker-build-api docker-build-worker
run run-api run-worker up-build restart down down-v clean build status logs logs-db logs-app logs-api logs-worker config
migrate-up migrate-down migrate-status migrate-create migrate-plan schema noun
pg-replication-status pg-replication-lag pg-test-replication
pg-primary pg-replica pg-write pg-read redis-cli clickhouse pg-write-monitor pg-read-monitor
pg-write-log pg-read-log pg-write-log-full pg-read-log-full audit sql-plans help
"""


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make in the checkout, with nothing on its standard input."""
    return subprocess.run(
        ["make", *arguments],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("target", TARGETS.split())
def test_target_is_explained_when_make_is_called_alone(target: str) -> None:
    """`make` alone prints each target with a sentence."""
    assert re.search(rf"^  {target} +\S.{{10,}}$", make().stdout, re.MULTILINE)


def test_target_is_explained_and_phony_when_it_is_there() -> None:
    """No list of promises names them all: one without a sentence is not on the page, a file can hide one."""
    text = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([a-z-]+):(?!=)(.*)$", text, re.MULTILINE)
    phony = {name for names in re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE) for name in names.split()}
    assert all(re.search(r" ## \S.{5,}$", rest) for _, rest in rules)
    assert phony == {name for name, _ in rules} >= set(TARGETS.split())


@pytest.mark.parametrize("target", ["down-v", "clean", "migrate-down"])
def test_destructive_target_does_nothing_when_nobody_says_yes(target: str) -> None:
    """Without an answer and without YES=1 nothing is destroyed."""
    result = make(target, "INFRA=native", "YES=")
    assert result.returncode != 0
    assert "nothing was done" in result.stdout


@pytest.mark.parametrize("target", TARGETS.split())
def test_recipe_can_be_expanded_when_made_dry(target: str) -> None:
    """No recipe refers to a variable or file of make that is not there."""
    assert make("--dry-run", "INFRA=native", target).returncode == 0


def test_statement_reaches_clickhouse_as_it_was_given(tmp_path: Path) -> None:
    """With its quotes, blanks and semicolons: the shell makes no words of it."""
    sql, taken = "SELECT 'a b', \"c\"; SELECT 2", tmp_path / "taken"
    taken.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    taken.chmod(0o700)
    assert make("clickhouse", "INFRA=native", f"stack={taken}", f"SQL={sql}").stdout == f"clickhouse\n{sql}\n"
    assert make("clickhouse", "INFRA=native", f"stack={taken}").stdout == "clickhouse\n"


def test_unknown_infrastructure_is_named() -> None:
    """INFRA is docker or native; anything else is no riddle about a missing script."""
    result = make("status", "INFRA=podman")
    assert result.returncode != 0
    assert "INFRA is docker or native, not podman" in result.stderr
