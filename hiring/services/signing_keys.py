"""The keys that access tokens are signed with: PEM files in a folder, the newest signs, older ones still verify.

A file's name is the key's id. Rotation adds a file; a key that no living token can be signed with is deleted.
"""

import os
import secrets
import time
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

RELOAD_INTERVAL_S = 5.0
"""An unknown key id makes the folder be read again, but not more often than this."""


class SigningKeys:
    """The folder of keys, as this process last read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, Ed25519PrivateKey] = {}
        self._read_at = 0.0
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not any(folder.glob("*.pem")):
            make_key(folder)
        self._read()

    def newest(self) -> tuple[str, Ed25519PrivateKey]:
        """The key that signs, with its id."""
        self._read_if_old()
        key_id = max(self._keys)
        return key_id, self._keys[key_id]

    def find(self, key_id: str) -> Ed25519PrivateKey | None:
        """The key with an id; an id that is new to this process may have been added by another."""
        if key_id not in self._keys:
            self._read_if_old()
        return self._keys.get(key_id)

    def jwks(self) -> dict[str, Any]:
        """The public halves as a JSON Web Key Set (RFC 7517)."""
        self._read_if_old()
        keys = []
        for key_id, key in sorted(self._keys.items()):
            public = msgspec.json.decode(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key()))
            keys.append(public | {"kid": key_id, "alg": "EdDSA", "use": "sig"})
        return {"keys": keys}

    def _read_if_old(self) -> None:
        if time.monotonic() - self._read_at > RELOAD_INTERVAL_S:
            self._read()

    def _read(self) -> None:
        found = {}
        for file in self._folder.glob("*.pem"):
            key = load_pem_private_key(file.read_bytes(), password=None)
            if isinstance(key, Ed25519PrivateKey):
                found[file.stem] = key
        self._keys, self._read_at = found or self._keys, time.monotonic()


def make_key(folder: Path) -> str:
    """Adds a key to the folder, whole or not at all, and returns its id, which sorts by time."""
    key_id = f"{int(time.time()):010d}-{secrets.token_hex(4)}"
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    unfinished = folder / f".{key_id}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / f"{key_id}.pem")
    return key_id


def rotate_keys(folder: Path, token_ttl_s: int) -> tuple[str, list[str]]:
    """Adds a key and deletes those whose last token has expired: (the new id, the deleted ids)."""
    before = sorted(file.stem for file in folder.glob("*.pem"))
    new = make_key(folder)
    deleted = []
    for key_id, successor in zip(before, [*before[1:], new], strict=True):
        if int(successor.split("-")[0]) + token_ttl_s + RELOAD_INTERVAL_S < time.time():
            (folder / f"{key_id}.pem").unlink(missing_ok=True)
            deleted.append(key_id)
    return new, deleted
