"""`hiring keys`."""

import os
import re
import time
from pathlib import Path

import jwt
import msgspec
import pytest

from hiring.config import Settings
from hiring.foundation.ids import new_id
from hiring.services.signing_keys import ACTIVATION_S
from hiring.services.tokens import AccessTokens
from tests.cli.command import hiring

ROW = re.compile(r"│ (\S+) +│ (\w+) +│ [\d-]+ [\d:]+ UTC │")


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    """The variable that leads to an empty folder of keys."""
    return {"HIRING__TOKENS__KEYS_FOLDER": str(tmp_path / "keys"), "COLUMNS": "100"}


def test_keys_are_listed_with_their_states_when_rotated(folder: dict[str, str]) -> None:
    """The first key signs, a new one is upcoming for some seconds; listing makes none."""
    assert not ROW.search(hiring("keys", "list", **folder).stdout)
    made = [hiring("keys", "rotate", **folder).stdout.split()[0] for _ in range(2)]
    listed = hiring("keys", "list", **folder)
    assert listed.returncode == 0, listed.stderr
    assert ROW.findall(listed.stdout) == [(made[0], "signing"), (made[1], "upcoming")]


def test_running_service_signs_with_the_new_key_when_rotated(folder: dict[str, str], settings: Settings) -> None:
    """Some seconds later, without a restart; what the old key signed stays good."""
    tokens = AccessTokens(msgspec.structs.replace(settings.tokens, keys_folder=folder["HIRING__TOKENS__KEYS_FOLDER"]))
    ids = {"organization_id": new_id(), "user_id": new_id(), "session_id": new_id()}
    before = tokens.issue(**ids)
    made = hiring("keys", "rotate", **folder).stdout.split()[0]
    give_up_at = time.monotonic() + 3 * ACTIVATION_S
    while jwt.get_unverified_header(tokens.issue(**ids))["kid"] != made:
        assert time.monotonic() < give_up_at
        time.sleep(0.1)
    assert tokens.verify(before).user_id == ids["user_id"]
    assert len(tokens.keys.jwks()["keys"]) == 2


def test_one_line_tells_what_is_wrong_when_a_file_is_no_key(folder: dict[str, str]) -> None:
    """The folder is named."""
    path = Path(folder["HIRING__TOKENS__KEYS_FOLDER"])
    path.mkdir()
    (path / f"{new_id()}.pem").write_text("not a key")
    refused = hiring("keys", "list", **folder)
    assert refused.returncode == 1 and refused.stderr.startswith(f"hiring keys: expected Ed25519 keys in {path}, found")
    assert "Traceback" not in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can own another user's folder")
def test_rotation_is_refused_when_root_would_make_a_key_that_the_service_cannot_read(folder: dict[str, str]) -> None:
    """The key would be root's alone."""
    path = Path(folder["HIRING__TOKENS__KEYS_FOLDER"])
    path.mkdir()
    os.chown(path, 12345, 12345)
    refused = hiring("keys", "rotate", **folder)
    assert refused.returncode == 1 and "uid 12345" in refused.stderr and not list(path.iterdir())
