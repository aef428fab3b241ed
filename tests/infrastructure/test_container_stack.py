"""The stack in containers from a fresh clone under umask 077: order, files, modes and what the machine needs for it."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from hiring.config import Settings, load_settings
from tests.infrastructure.checkouts import CHECKOUT, COMPOSE, ContainerHost, is_for_everybody

APPLICATION = {"api": "api", "worker": "worker", "mail-catcher": "worker", "cli": "cli", "migrate": "migrate"}
RUNS_CODE = re.compile(r"compose (run|up)")


@pytest.fixture
def host(tmp_path: Path) -> ContainerHost:
    return ContainerHost(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ContainerHost:
    """A clone in which `make build` has been called, and nothing else."""
    host = ContainerHost(tmp_path_factory.mktemp("host"))
    assert host.make("build").returncode == 0
    return host


@pytest.mark.parametrize(
    "target", ["up-build", "restart", "down", "status", "logs", "migrate-up", "docker-build-worker", "run-worker"]
)
def test_target_works_when_it_is_the_first(host: ContainerHost, target: str) -> None:
    """Compose is asked when all its files are there, a bare host has every tool, and what runs was built before."""
    run = host.make(target)
    assert run.returncode == 0, run.stderr
    assert "not found" not in run.stderr
    calls = [call for call in host.calls() if "postgres-primary" not in call]  # servers need no image of ours
    for place, call in enumerate(calls):
        if RUNS_CODE.search(call):
            assert any("compose build" in before for before in calls[:place]), call


@pytest.mark.parametrize("target", ["docker-build-api", "build"])
@pytest.mark.parametrize("where", ["environment", "file", "make"])
def test_image_of_python_is_chosen_by_the_operator(host: ContainerHost, target: str, where: str) -> None:
    """By the environment, the environment file or an argument of make, for every way to build."""
    image = "registry.example.com:5000/python@sha256:" + "0" * 64
    if where == "file":
        host.make("env")
        file = host.checkout / ".envs/infra/.env"
        file.write_text(re.sub(r"^PYTHON_IMAGE=.*", f"PYTHON_IMAGE={image}", file.read_text(), flags=re.MULTILINE))
    arguments = [f"PYTHON_IMAGE={image}"] if where == "make" else []
    environ = {"PYTHON_IMAGE": image} if where == "environment" else {}
    assert host.make(target, *arguments, **environ).returncode == 0
    builds = [call for call in host.calls() if "build" in call.split("|")[1]]
    assert builds
    assert all(call.startswith(f"{image}|") for call in builds)


@pytest.mark.parametrize("chosen", ["", "by the environment", "by the file"])
def test_demo_organization_is_for_development(host: ContainerHost, chosen: str) -> None:
    """In production neither it nor its login nor the mail catcher is there, and `make up` succeeds."""
    if chosen == "by the file":
        host.make("env")
        file = host.checkout / ".envs/infra/.env"
        file.write_text(file.read_text().replace("DEPLOYMENT=development", "DEPLOYMENT=production"))
    environ = {"HIRING_DEPLOYMENT": "production"} if chosen == "by the environment" else {}
    run = host.make("up", **environ)
    assert run.returncode == 0, run.stderr
    assert any("seed demo" in call for call in host.calls()) is not bool(chosen)
    assert any("mail-catcher" in call for call in host.calls() if "--wait" in call) is not bool(chosen)
    assert ("ada@demo.example" in run.stdout) is not bool(chosen)
    assert ("SMTP_HOST: production needs a mail server" in run.stdout) is bool(chosen)
    assert host.environment("api")["HIRING_DEPLOYMENT"] == ("production" if chosen else "development")


@pytest.mark.parametrize("analytics", ["", "0", "1"])
def test_clickhouse_is_left_out_when_analytics_is_off(host: ContainerHost, analytics: str) -> None:
    """Neither started nor asked for a database, and the service knows no host of it. Without a word it is there."""
    run = host.make("up", **({"ANALYTICS": analytics} if analytics else {}))
    assert run.returncode == 0, run.stderr
    is_there = analytics != "0"
    assert any("clickhouse" in call for call in host.calls()) is is_there
    assert host.environment("api")["HIRING__CLICKHOUSE__HOST"] == ("clickhouse" if is_there else "")
    settings = settings_in_container(host, "api")
    assert settings.clickhouse.host == ("clickhouse" if is_there else None)


def test_mounted_configuration_is_for_the_users_of_the_containers(built: ContainerHost) -> None:
    """Each file and its folder inside the mount, although the checkout is closed."""
    assert not is_for_everybody(built.checkout / "conf/postgres/primary.conf")
    folder = built.checkout / ".run/conf"
    copies = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in copies} >= {
        "primary.conf",
        "pg_hba.conf",
        "sessions.conf",
        "rabbitmq.conf",
        "limits.xml",
    }
    assert all(is_for_everybody(path) for path in folder.rglob("*"))


def test_secrets_are_closed_to_other_users_of_the_machine(built: ContainerHost) -> None:
    """Files that containers get are open inside a folder that only its owner enters; the others are closed."""
    environments = built.checkout / ".envs"
    assert stat.S_IMODE((environments / "secrets").stat().st_mode) == 0o700
    assert all(is_for_everybody(file) for file in (environments / "secrets").iterdir())
    files = [environments / "infra/.env", *environments.glob("*/services/*.env")]
    assert len(files) == 8
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def secrets_of(host: ContainerHost) -> dict[str, str]:
    return {file.name: file.read_text() for file in (host.checkout / ".envs/secrets").iterdir()}


def test_environment_files_hold_no_secret(built: ContainerHost) -> None:
    """Neither those of the servers nor the service's: `docker inspect` shows them."""
    values = [value for value in secrets_of(built).values() if value]
    assert len(values) > 10
    for file in (built.checkout / ".envs").glob("*/services/*.env"):
        assert not any(value in file.read_text() for value in values), file


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_container_gets_the_secrets_that_its_environment_names_and_no_others(
    built: ContainerHost, service: str
) -> None:
    """NAME_FILE of the environment file, and the list in docker-compose.yml."""
    given = {each if isinstance(each, str) else each["source"] for each in COMPOSE["services"][service]["secrets"]}
    assert given <= secrets_of(built).keys()
    if service.startswith("redis") or service in ("rabbitmq", "clickhouse"):
        assert len(given) == 1
        return
    kind, name = ("app", APPLICATION[service]) if service in APPLICATION else ("infra", service)
    environment = built.environment(name, kind)
    assert {Path(value).name for key, value in environment.items() if key.endswith("_PASSWORD_FILE")} <= given
    assert {Path(value).name for key, value in environment.items() if value.startswith("/run/secrets/")} == given


def settings_in_container(host: ContainerHost, service: str) -> Settings:
    """What the service loads there; /run/secrets is the folder of the secrets here."""
    folder = f"{host.checkout}/.envs/secrets/"
    environ = {key: value.replace("/run/secrets/", folder) for key, value in host.environment(service).items()}
    return load_settings(CHECKOUT / "conf", environ)


@pytest.mark.parametrize("service", sorted(set(APPLICATION.values())))
def test_environment_file_is_taken_as_it_is(built: ContainerHost, service: str) -> None:
    """As by `docker run --env-file`, which removes no quotes: the list of replicas is a list."""
    environment = built.environment(service)
    assert not any(value.startswith(("'", '"')) for value in environment.values())
    settings = settings_in_container(built, service)
    assert [(replica.host, replica.port) for replica in settings.postgres.replicas] == [("postgres-replica", 5432)]
    assert (settings.clickhouse.host, settings.clickhouse.port) == ("clickhouse", 8123)
    assert settings.tokens.secret == secrets_of(built)["TOKENS_SECRET"]
    assert (settings.postgres.roles.owner.password is None) is (service in ("api", "worker"))
    assert (settings.postgres.superuser.password is None) is (service != "migrate")


def test_unset_variable_of_a_template_is_named(host: ContainerHost) -> None:
    """And the file that was there is left as it was."""
    host.make("env")
    before = host.environment("api")
    (host.checkout / ".envs/app/templates/api.env").write_text("A=${NOT_THERE}\n")
    run = host.make("env")
    assert run.returncode != 0
    assert "a template needs NOT_THERE" in run.stderr
    assert host.environment("api") == before


def test_compose_reads_the_project(built: ContainerHost) -> None:
    """The real command, where this machine has it: the file is valid, and its result shows no secret."""
    if shutil.which("docker") is None or subprocess.run(["docker", "compose", "version"], check=False).returncode != 0:
        pytest.skip("needs the command docker compose")
    environ = {**os.environ, "ENVIRONMENTS": f"{built.checkout}/.envs", "STACK_FOLDER": f"{built.checkout}/.run"}
    command = ["docker", "compose", "--profile", "*", "--file", str(built.checkout / "docker-compose.yml"), "config"]
    run = subprocess.run(
        [*command, "--format", "json"], env=environ, capture_output=True, text=True, timeout=60, check=True
    )
    services = json.loads(run.stdout)["services"]
    assert services.keys() >= {"api", "worker", "redis-cache"}
    assert not any(value in run.stdout for value in secrets_of(built).values() if value)
    for name, file in APPLICATION.items():
        assert services[name]["environment"] == built.environment(file)
