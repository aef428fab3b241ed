"""The settings: where values come from, which one wins, and what a wrong start says."""

from pathlib import Path

import msgspec
import pytest

from hiring.config import SettingsError, load_settings, load_settings_with_sources

CONF = Path(__file__).resolve().parents[2] / "conf"
SECRETS = {
    "HIRING_POSTGRES_COMMAND_PASSWORD": "command-secret",
    "HIRING_POSTGRES_QUERY_PASSWORD": "query-secret",
    "HIRING_POSTGRES_WORKER_PASSWORD": "worker-secret",
    "HIRING_POSTGRES_RELAY_PASSWORD": "relay-secret",
    "HIRING_REDIS_SESSIONS_PASSWORD": "sessions-secret",
    "HIRING_REDIS_CACHE_PASSWORD": "cache-secret",
    "HIRING_RABBITMQ_PASSWORD": "rabbitmq-secret",
    "HIRING_TOKENS_SECRET": "0123456789abcdef0123456789abcdef",
}
ENVIRON = SECRETS | {"HIRING_DEPLOYMENT": "test"}


def refusal(environ: dict[str, str], folder: Path = CONF) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(folder, environ)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert not any(secret in sentence for secret in SECRETS.values())
    return sentence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default settings with a deployment `test` that each test writes."""
    (tmp_path / "default.yaml").write_text((CONF / "default.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test.yaml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("deployment", ["development", "test", "production"])
def test_settings_load_for_every_deployment(deployment: str) -> None:
    """Each committed file is valid with nothing but the secrets and the public address given."""
    environ = SECRETS | {"HIRING_DEPLOYMENT": deployment, "HIRING__API__PUBLIC_URL": "https://hiring.example.com"}
    assert load_settings(CONF, environ).deployment == deployment


def test_development_is_chosen_when_no_deployment_is_named() -> None:
    """A bare checkout is a developer's."""
    assert load_settings(CONF, SECRETS).postgres.primary.port == 15400


def test_conf_folder_is_taken_from_the_environment_when_none_is_given(folder: Path) -> None:
    """HIRING_CONF moves the folder."""
    (folder / "test.yaml").write_text("api: {port: 4711}", encoding="utf-8")
    settings = load_settings(environ=ENVIRON | {"HIRING_CONF": str(folder)})
    assert settings.api.port == 4711


def test_later_sources_win_when_all_give_a_value(folder: Path) -> None:
    """default.yaml < deployment.yaml < environment, and each value's giver is known."""
    (folder / "test.yaml").write_text("api: {port: 1111, host: 0.0.0.0}", encoding="utf-8")
    settings, sources = load_settings_with_sources(folder, ENVIRON | {"HIRING__API__PORT": "2222"})
    assert (settings.api.port, settings.api.host, settings.redis.cache.port) == (2222, "0.0.0.0", 6380)
    assert sources["api", "port"] == "HIRING__API__PORT"
    assert sources["api", "host"] == str(folder / "test.yaml")
    assert sources["redis", "cache", "port"] == str(folder / "default.yaml")


def test_environment_values_take_the_type_of_their_key_when_they_override() -> None:
    """Scalars are text of the key's type, lists and sections are YAML, an empty text is null."""
    environ = ENVIRON | {
        "HIRING__POSTGRES__REPLICAS": "[{host: one, port: 1}, {host: two, port: 2}]",
        "HIRING__POSTGRES__POOLS": "{command: 3}",
        "HIRING__LIMITS__ENABLED": "true",
        "HIRING__LIMITS__LOGIN__RATE_PER_S": "0.5",
        "HIRING__RABBITMQ__PASSWORD": "12345",
        "HIRING__REDIS__CACHE__PASSWORD": "",
        "HIRING__TOKENS__SECRET": "[brackets] {and: braces} stay text",
    }
    settings = load_settings(CONF, environ)
    assert [(replica.host, replica.port) for replica in settings.postgres.replicas] == [("one", 1), ("two", 2)]
    assert (settings.postgres.pools.command, settings.postgres.pools.query) == (3, 8)
    assert settings.limits.enabled is True
    assert settings.limits.login.rate_per_s == 0.5
    assert settings.rabbitmq.password == "12345"
    assert settings.redis.cache.password is None
    assert settings.tokens.secret == "[brackets] {and: braces} stay text"


def test_variables_are_expanded_when_a_file_names_them(folder: Path) -> None:
    """`${NAME}` inside a text, with and without a default, also as a number."""
    (folder / "test.yaml").write_text(
        "api: {port: '${PORT}', public_url: 'http://${HOST:-localhost}:${PORT}'}",
        encoding="utf-8",
    )
    api = load_settings(folder, ENVIRON | {"PORT": "9000"}).api
    assert (api.port, api.public_url) == (9000, "http://localhost:9000")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api: {port: high}", "api.port: expected int, found str 'high'"),
        ("api: {port: true}", "api.port: expected int, found bool 'True'"),
        ("api: {port: 70000}", "api.port: expected int <= 65535, found int '70000'"),
        ("api: {open_registration: perhaps}", "api.open_registration: expected bool, found str 'perhaps'"),
        ("api: 5", "api: expected a section, found int"),
        ("api: {prot: 1}", "api.prot: expected one of host, port, "),
        ("aip: {port: 1}", "aip: expected one of deployment, api, "),
        ("redis:", "redis: expected a section, found none"),
        ("postgres: {replicas: {host: a, port: 1}}", "postgres.replicas: expected a list, found dict of length 2"),
        ("postgres: {replicas: [{host: a}]}", "postgres.replicas[0].port: expected a value, found none"),
        ("postgres: {replicas: [{host: a, port: 0}]}", "postgres.replicas[0].port: expected int >= 1, found int '0'"),
        ("postgres: {message_timeout_ms: 3000}", "postgres: expected message_timeout_ms above statement and lock"),
        ("postgres: {database: 'a; DROP'}", "postgres.database: expected str matching regex"),
        ("logs: {level: loud}", "logs.level: expected one of debug, error, info, warning, found str 'loud'"),
        ("tokens: {secret: short-secret}", "tokens.secret: expected str of length >= 32, found str of length 12"),
        ("rabbitmq: {password: 1234567}", "rabbitmq.password: expected str, found int"),
        ("rabbitmq: {retry_delays_ms: []}", "rabbitmq.retry_delays_ms: expected a list of length >= 1, found list"),
        ("- api", "expected sections, found list"),
        ("api: {port: 1", "expected YAML, found: "),
        ("api: {host: '${NOT_THERE}'}", "api.host: expected the environment variable NOT_THERE, found it missing"),
    ],
)
def test_start_is_refused_when_a_file_is_wrong(folder: Path, text: str, expected: str) -> None:
    """One line names the file, the key, what was expected and what was found; secrets are not shown."""
    (folder / "test.yaml").write_text(text, encoding="utf-8")
    sentence = refusal(ENVIRON, folder)
    assert sentence.startswith(f"{folder / 'test.yaml'}: ")
    assert expected in sentence
    assert "short-secret" not in sentence
    assert "1234567" not in sentence


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("HIRING__API__PORT", "high", "HIRING__API__PORT: api.port: expected int, found str 'high'"),
        ("HIRING__API__PROT", "1", "HIRING__API__PROT: api.prot: expected one of host, port, "),
        ("HIRING__AIP", "1", "HIRING__AIP: aip: expected one of deployment, api, "),
        ("HIRING__API__PORT__LOW", "1", "HIRING__API__PORT__LOW: api.port.low: expected a key that exists"),
        ("HIRING__POSTGRES__REPLICAS", "[{", "HIRING__POSTGRES__REPLICAS: postgres.replicas: expected YAML"),
        (
            "HIRING__POSTGRES__REPLICAS",
            "[{host: a, port: no}]",
            "HIRING__POSTGRES__REPLICAS: postgres.replicas[0].port: ",
        ),
        ("HIRING__RABBITMQ__PASSWORD", "", "HIRING__RABBITMQ__PASSWORD: rabbitmq.password: expected str, found none"),
        ("HIRING__SWEEP__MAILED_LINKS_S", "86399", "HIRING__SWEEP__MAILED_LINKS_S: sweep.mailed_links_s: "),
        ("HIRING_DEPLOYMENT", "moon", "HIRING_DEPLOYMENT: deployment: expected one of development, production, test"),
        ("HIRING_DEPLOYMENT", "default", "HIRING_DEPLOYMENT: deployment: expected one of development, "),
        ("HIRING_DEPLOYMENT", "../conf/test", "HIRING_DEPLOYMENT: deployment: expected one of development, "),
    ],
)
def test_start_is_refused_when_a_variable_is_wrong(variable: str, text: str, expected: str) -> None:
    """The line names the variable."""
    assert refusal(ENVIRON | {variable: text}).startswith(expected)


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_start_is_refused_when_a_secret_is_missing_or_empty(secret: str) -> None:
    """The line names the file, the key and the variable."""
    without = {name: value for name, value in ENVIRON.items() if name != secret}
    for environ in (without, without | {secret: ""}):
        sentence = refusal(environ)
        assert sentence.startswith(f"{CONF / 'default.yaml'}: ")
        assert sentence.endswith(f"expected the environment variable {secret}, found it missing or empty")


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("a secret of a file, long enough\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_secret_is_read_from_a_file_when_its_variable_names_one(secret_file: Path, secret: str) -> None:
    """NAME_FILE instead of NAME, for every secret of the settings; the line's end is no part of it."""
    environ = {name: value for name, value in ENVIRON.items() if name != secret} | {f"{secret}_FILE": str(secret_file)}
    secret_file.write_text("spaces and = signs stay, 32 chars \n", encoding="utf-8")
    shown = str(msgspec.to_builtins(load_settings(CONF, environ)))
    assert "'spaces and = signs stay, 32 chars '" in shown


def test_secret_of_a_key_is_read_from_a_file(secret_file: Path) -> None:
    """HIRING__SECTION__KEY_FILE likewise, where the key is a secret; its giver is known."""
    environ = ENVIRON | {"HIRING__SMTP__PASSWORD_FILE": str(secret_file)}
    settings, sources = load_settings_with_sources(CONF, environ)
    assert settings.smtp.password == "a secret of a file, long enough"
    assert sources["smtp", "password"] == "HIRING__SMTP__PASSWORD_FILE"


def test_key_whose_name_ends_in_file_is_no_secret() -> None:
    """api.sql_catalog_file is a path, not the file of a secret."""
    settings = load_settings(CONF, ENVIRON | {"HIRING__API__SQL_CATALOG_FILE": "/nowhere/page.html"})
    assert settings.api.sql_catalog_file == "/nowhere/page.html"


@pytest.mark.parametrize("name", ["HIRING_RABBITMQ_PASSWORD", "HIRING__RABBITMQ__PASSWORD"])
def test_start_is_refused_when_the_file_of_a_secret_is_wrong(tmp_path: Path, name: str) -> None:
    """One line names the variable, the file and what is wrong with it."""
    missing, binary = tmp_path / "missing", tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    without = {key: value for key, value in ENVIRON.items() if key != name}
    assert refusal(without | {f"{name}_FILE": str(missing)}) == (
        f"{name}_FILE: {missing}: expected a readable file, found: No such file or directory"
    )
    assert refusal(without | {f"{name}_FILE": str(tmp_path)}).endswith(
        "expected a readable file, found: Is a directory"
    )
    assert refusal(without | {f"{name}_FILE": str(binary)}).endswith("expected a file of text, found other bytes")
    assert refusal(without | {name: "rabbitmq-secret", f"{name}_FILE": str(binary)}).endswith(
        f"expected this variable or {name}_FILE, found both"
    )


def test_start_is_refused_when_the_file_of_a_secret_is_empty(secret_file: Path) -> None:
    """As an empty variable is."""
    secret_file.write_text("\n", encoding="utf-8")
    without = {name: value for name, value in ENVIRON.items() if name != "HIRING_RABBITMQ_PASSWORD"}
    assert "expected the environment variable HIRING_RABBITMQ_PASSWORD, found it missing or empty" in refusal(
        without | {"HIRING_RABBITMQ_PASSWORD_FILE": str(secret_file)}
    )
    assert "rabbitmq.password: expected str, found none" in refusal(
        ENVIRON | {"HIRING__RABBITMQ__PASSWORD_FILE": str(secret_file)}
    )


def test_file_is_refused_for_a_key_that_is_no_secret() -> None:
    """Only secrets are worth a file of their own."""
    assert refusal(ENVIRON | {"HIRING__API__PORT_FILE": "/dev/null"}).startswith(
        "HIRING__API__PORT_FILE: api.port_file: expected one of host, port, "
    )


def test_start_is_refused_when_the_folder_is_not_there(tmp_path: Path) -> None:
    """An empty or absent folder is named."""
    assert str(tmp_path) in refusal(ENVIRON, tmp_path)


def test_secrets_are_masked_when_settings_are_printed() -> None:
    """Neither repr nor str of any part shows a secret, wherever it came from."""
    environ = ENVIRON | {
        "HIRING__SMTP__PASSWORD": "smtp-secret",
        "HIRING__POSTGRES__ROLES__OWNER__PASSWORD": "owner-secret",
    }
    settings = load_settings(CONF, environ)
    text = f"{settings!r} {settings} {settings.postgres!r} {settings.smtp}"
    assert settings.smtp.password == "smtp-secret"
    assert "-secret" not in text
    assert environ["HIRING_TOKENS_SECRET"] not in text
    assert "'********'" in text


def test_settings_cannot_be_changed_when_loaded() -> None:
    """The tree is frozen."""
    settings = load_settings(CONF, ENVIRON)
    with pytest.raises(AttributeError):
        settings.api.port = 1  # type: ignore[misc]  # the point of the test
