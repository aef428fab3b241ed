"""Compose file and Dockerfile hold what the operator was promised, checked without a Docker engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVERS = [
    "postgres-primary",
    "postgres-replica",
    "redis-sessions",
    "redis-cache",
    "rabbitmq",
]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_hardened_and_limited(name: str) -> None:
    """No capabilities, no new privileges, limits on memory, processors and processes."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


@pytest.mark.parametrize("name", SERVERS)
def test_server_runs_unprivileged_with_a_health_check(name: str) -> None:
    """An official image, a user that is not root, a check that others wait for."""
    service = SERVICES[name]
    assert service["user"] in {"postgres", "redis", "rabbitmq"}
    assert service["healthcheck"]["test"]
    assert re.fullmatch(r"\$\{[A-Z]+_IMAGE:-(postgres|redis|rabbitmq):[\w.-]+\}", service["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_only(name: str) -> None:
    """Nothing of a developer's stack is open to the network."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_generated_files(name: str) -> None:
    """Each environment file has a template, and no service carries a value of its own."""
    service = SERVICES[name]
    assert "environment" not in service
    for file in service["env_file"]:
        kind, _, stem = re.fullmatch(r"\$\{ENVIRONMENTS:-\.envs\}/(app|infra)/(services)/([\w-]+)\.env", file).groups()  # type: ignore[union-attr]  # a mismatch fails the test
        templates = {path.stem for path in (CHECKOUT / ".envs" / kind / "templates").glob("*.env")}
        assert stem in templates | {"worker", "migrate"}


@pytest.mark.parametrize("name", SERVICES)
def test_mounted_files_exist(name: str) -> None:
    """What is mounted from the checkout is there, and read-only."""
    for volume in SERVICES[name].get("volumes", []):
        if volume.startswith("./"):
            source, _, mode = volume.split(":")
            assert (CHECKOUT / source).exists()
            assert mode == "ro"


def test_dockerfile_builds_without_a_registry_of_frontends() -> None:
    """No `# syntax=` line and no heredoc: a machine that can pull nothing else can still build."""
    assert "syntax=" not in DOCKERFILE
    assert "<<" not in DOCKERFILE


def test_dockerfile_ends_in_two_unprivileged_targets() -> None:
    """Both images come from the stage that gives up root."""
    assert re.findall(r"^FROM (\S+) AS (api|worker)$", DOCKERFILE, re.MULTILINE) == [
        ("service", "worker"),
        ("service", "api"),
    ]
    service_stage = DOCKERFILE.split(" AS service")[1].split("\nFROM ")[0]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", service_stage, re.MULTILINE)
