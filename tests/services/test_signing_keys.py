"""The folder of signing keys: who signs when, who verifies how long, and several processes at once."""

import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs
from uuid_utils.compat import uuid7

from hiring.config import SettingsError
from hiring.services import signing_keys
from hiring.services.signing_keys import ACTIVATION_S, CHECK_INTERVAL_S, SigningKeys, read_keys, rotate, states

TTL_S = 600


def list_ids(folder: Path) -> list[UUID]:
    return list(read_keys(folder, {}))


def put(folder: Path, age_s: float) -> UUID:
    """Puts a key into the folder that says it is so old."""
    key_id = signing_keys._create_key(folder)
    old_id = uuid7(nanoseconds=int((time.time() - age_s) * 1e9))
    (folder / f"{key_id}.pem").rename(folder / f"{old_id}.pem")
    return old_id


def states_of(folder: Path) -> dict[UUID, str]:
    keys = list(read_keys(folder, {}).values())
    return {key.id: state for key, state in states(keys, now=time.time(), access_ttl_s=TTL_S)}


def test_first_start_makes_one_private_key(tmp_path: Path) -> None:
    """The folder and the key are readable by the service only, and nothing else is left behind."""
    folder = tmp_path / "state" / "keys"
    keys = SigningKeys(folder, access_ttl_s=TTL_S)
    [file] = folder.iterdir()
    assert file.name == f"{keys.signer().id}.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_processes_agree_when_they_start_at_once(tmp_path: Path) -> None:
    """Six processes find an empty folder at the same time: one makes the key, all sign with it."""
    program = (
        "import sys; from pathlib import Path; from hiring.services.signing_keys import SigningKeys\n"
        "sys.stdin.read(); print(SigningKeys(Path(sys.argv[1]), access_ttl_s=600).signer().id)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "keys")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    time.sleep(1)
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
    signers = {process.stdout.read() for process in started if process.stdout is not None}
    assert [process.wait(20) for process in started] == [0] * 6
    for process in started:
        assert process.stdout is not None
        process.stdout.close()
    assert len(signers) == 1
    assert len(list_ids(tmp_path / "keys")) == 1


def test_new_key_signs_when_every_process_has_seen_it(tmp_path: Path) -> None:
    """Until then the one before signs; afterwards that one verifies until its last token has expired."""
    old, new = put(tmp_path, 5000), put(tmp_path, 0)
    assert states_of(tmp_path) == {old: "signing", new: "upcoming"}
    new_created = read_keys(tmp_path, {})[new].created_at
    keys = list(read_keys(tmp_path, {}).values())
    last_token_expires_at = new_created + ACTIVATION_S + CHECK_INTERVAL_S + TTL_S
    for now, expected in (
        (new_created + ACTIVATION_S - 0.01, ["signing", "upcoming"]),
        (new_created + ACTIVATION_S + 0.01, ["verifying", "signing"]),
        (last_token_expires_at - 0.01, ["verifying", "signing"]),
        (last_token_expires_at + 0.01, ["expired", "signing"]),
        (new_created - 10_000, ["signing", "upcoming"]),
    ):
        assert [state for _, state in states(keys, now=now, access_ttl_s=TTL_S)] == expected


def test_oldest_key_signs_when_all_are_young(tmp_path: Path) -> None:
    """So two processes agree that each made one, on file systems whose locks do not reach from one to the other."""
    first, second = put(tmp_path, 0.5), put(tmp_path, 0)
    assert states_of(tmp_path) == {first: "signing", second: "upcoming"}


def test_rotation_removes_keys_that_verify_nothing(tmp_path: Path) -> None:
    """Keys that still verify stay."""
    long_ago, verifying, signing = put(tmp_path, 9000), put(tmp_path, 5000), put(tmp_path, 100)
    new = rotate(tmp_path, access_ttl_s=TTL_S)
    assert states_of(tmp_path) == {verifying: "verifying", signing: "signing", new: "upcoming"}
    assert long_ago not in list_ids(tmp_path)


def test_process_sees_keys_that_come_and_go(tmp_path: Path) -> None:
    """At the next look, and not before; an emptied folder gets a new key, an unreadable one changes nothing."""
    keys = SigningKeys(tmp_path, access_ttl_s=TTL_S)
    first = keys.signer().id
    added = put(tmp_path, 100)
    assert keys.verifier(str(added)) is None
    keys._checked_at -= CHECK_INTERVAL_S
    assert keys.verifier(str(added)) is not None
    assert keys.generation == 2
    for key_id in (first, added):
        (tmp_path / f"{key_id}.pem").unlink()
    keys._checked_at -= CHECK_INTERVAL_S
    third = keys.signer().id
    assert third not in {first, added}
    (tmp_path / f"{third}.pem").write_text("not a key")
    (tmp_path / "0.pem").write_text("not an id")
    keys._checked_at -= CHECK_INTERVAL_S
    assert keys.signer().id == third


@pytest.mark.parametrize(
    ("name", "error"),
    [("0.pem", "badly formed hexadecimal UUID string"), (f"{uuid7()}.pem", "Unable to load PEM file")],
)
def test_folder_is_told_of_when_it_cannot_be_read(tmp_path: Path, name: str, error: str) -> None:
    """Which, and why, once in each look."""
    keys = SigningKeys(tmp_path, access_ttl_s=TTL_S)
    (tmp_path / name).write_text("not a key")
    keys._checked_at -= CHECK_INTERVAL_S
    with capture_logs() as lines:
        keys.refresh()
        keys.refresh()
    [line] = lines
    assert line.pop("error").startswith(error)
    assert line == {"event": "signing_keys.unreadable", "log_level": "warning", "folder": str(tmp_path)}


@pytest.mark.parametrize("name", ["not-an-id.pem", f"{uuid7()}.pem"])
def test_start_says_what_is_wrong_when_a_file_is_no_key(tmp_path: Path, name: str) -> None:
    """One sentence with the setting and the folder."""
    (tmp_path / name).write_text("-----BEGIN NONSENSE-----")
    with pytest.raises(SettingsError, match=r"tokens\.keys_folder: expected Ed25519 keys in"):
        SigningKeys(tmp_path, access_ttl_s=TTL_S)


def test_key_set_holds_public_halves_only(tmp_path: Path) -> None:
    """Whoever verifies finds the next key before it signs."""
    old, new = put(tmp_path, 5000), put(tmp_path, 0)
    document = SigningKeys(tmp_path, access_ttl_s=TTL_S).jwks()
    assert [key["kid"] for key in document["keys"]] == [str(old), str(new)]
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in document["keys"])
