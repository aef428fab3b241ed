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
    "clickhouse",
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
    assert service["user"] in {"postgres", "redis", "rabbitmq", "clickhouse"}
    assert service["healthcheck"]["test"]
    assert re.fullmatch(
        r"\$\{[A-Z]+_IMAGE:-(postgres|redis|rabbitmq|clickhouse/clickhouse-server):[\w.-]+\}", service["image"]
    )


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_only(name: str) -> None:
    """Nothing of a developer's stack is open to the network."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_environment_comes_from_generated_files(name: str) -> None:
    """Each environment file has a template, and no service carries a value of its own."""
    service = SERVICES[name]
    assert "environment" not in service
    for file in service.get("env_file", []):
        found = re.fullmatch(r"\$\{ENVIRONMENTS:-\.envs\}/(app|infra)/services/([\w-]+)\.env", file)
        assert found is not None, file
        templates = {path.stem for path in (CHECKOUT / ".envs" / found[1] / "templates").glob("*.env")}
        assert found[2] in templates | {"cli", "migrate"}


@pytest.mark.parametrize("name", SERVICES)
def test_mounted_files_are_copies_that_containers_can_read(name: str) -> None:
    """Nothing is mounted from the checkout itself, whose files may be closed; what is configuration is read-only."""
    for volume in SERVICES[name].get("volumes", []):
        if isinstance(volume, str) and (found := re.match(r"\$\{STACK_FOLDER:-\./\.run\}/(conf/)?([^:]*):.*", volume)):
            assert not found[1] or volume.endswith(":ro")
            assert not found[1] or (CHECKOUT / "conf" / found[2]).exists()
        elif isinstance(volume, str):
            assert volume.partition(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", [name for name in SERVICES if "commands" not in SERVICES[name].get("profiles", [])])
def test_lasting_service_has_a_health_check(name: str) -> None:
    """Without one `up --wait` returns before it works, and nobody sees that it does not."""
    assert SERVICES[name]["healthcheck"]["test"]


def test_no_container_leaves_an_anonymous_volume() -> None:
    """Where an image declares a volume, a named one, a folder or memory is mounted; ours declare none."""
    declared = {
        "postgres": "/var/lib/postgresql/data",
        "redis": "/data",
        "rabbitmq": "/var/lib/rabbitmq",
        "clickhouse": "/var/lib/clickhouse",
    }
    for name in SERVERS:
        volumes = SERVICES[name]["volumes"]
        targets = [each["target"] if isinstance(each, dict) else each.split(":")[-1] for each in volumes]
        assert declared[name.partition("-")[0]] in targets
    assert "VOLUME" not in DOCKERFILE


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


def test_image_holds_the_runtime_lock_and_readable_code_only() -> None:
    """No installer and no compiled files in the last stages, and every file of ours passes the stage that opens it."""
    assert "requirements-dev" not in DOCKERFILE
    assert "--without-pip" in DOCKERFILE and "--no-compile" in DOCKERFILE and "compileall" not in DOCKERFILE
    stages = DOCKERFILE.split("\nFROM ")
    copied = [line for stage in stages[3:] for line in stage.splitlines() if line.startswith(("COPY", "ADD"))]
    assert copied == ["COPY --from=packages /opt/hiring /opt/hiring", "COPY --from=code /srv/hiring /srv/hiring"]
    assert stages[2].strip().splitlines()[-3] == "RUN chmod -R u=rwX,go=rX ."


def test_images_say_what_they_are() -> None:
    """Labels of the OCI: title, description, licence, version and revision."""
    found = re.findall(r"org\.opencontainers\.image\.(\w+)=", DOCKERFILE)
    assert {"title", "description", "licenses", "version", "revision", "vendor"} <= set(found)
    assert found.count("title") == 2
