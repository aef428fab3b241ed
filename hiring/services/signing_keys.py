"""The keys that sign access tokens: a folder of PEM files that all processes share, named by their key ids.

A key id is a UUIDv7 and tells when its key was made. A new key signs `ACTIVATION_S` later, when every process has seen
it; the one before verifies until the last token that it signed has expired.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

from hiring.config import SettingsError
from hiring.foundation.ids import new_id
from hiring.foundation.logs import get_logger

ACTIVATION_S = 3.0
CHECK_INTERVAL_S = 1.0
"""How often a process looks into the folder: below `ACTIVATION_S`, so that none meets a token of an unseen key."""

log = get_logger(__name__)

State = Literal["upcoming", "signing", "verifying", "expired"]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair and its id."""

    id: UUID
    private: Ed25519PrivateKey
    public: Ed25519PublicKey

    @property
    def created_at(self) -> float:
        """When it was made, in seconds since 1970, read out of its id."""
        return (self.id.int >> 80) / 1000


class SigningKeys:
    """The keys of a folder as one process knows them; what is put there or taken away is seen within a second.

    `generation` grows with every change of the folder that was seen.
    """

    def __init__(self, folder: Path, *, access_ttl_s: int) -> None:
        """Makes the folder and its first key where there is none. Raises: SettingsError."""
        self._folder, self._access_ttl_s = folder, access_ttl_s
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keys = read_keys(folder, {}) or _first_key(folder)
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise SettingsError(f"tokens.keys_folder: expected Ed25519 keys in {folder}, found: {error}") from error
        self._checked_at = time.monotonic()
        self.generation = 1

    def refresh(self) -> None:
        """Looks into the folder, once in `CHECK_INTERVAL_S` at most.

        A folder that cannot be read changes nothing; one that was emptied gets a new key.
        """
        if time.monotonic() - self._checked_at < CHECK_INTERVAL_S:
            return
        self._checked_at = time.monotonic()
        try:
            keys = read_keys(self._folder, self._keys) or _first_key(self._folder)
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            log.warning("signing_keys.unreadable", folder=str(self._folder), error=str(error))
            return
        if keys.keys() != self._keys.keys():
            self._keys = keys
            self.generation += 1

    def signer(self) -> SigningKey:
        """The key that signs at this moment."""
        self.refresh()
        return next(key for key, state in self.states() if state == "signing")

    def verifier(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half of a key whose tokens are accepted at this moment."""
        self.refresh()
        return next((key.public for key, state in self.states() if str(key.id) == key_id and state != "expired"), None)

    def states(self) -> list[tuple[SigningKey, State]]:
        """Every key with what it is good for now, oldest first."""
        return states(list(self._keys.values()), now=time.time(), access_ttl_s=self._access_ttl_s)

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set (RFC 7517), those that will sign soon among them."""
        self.refresh()
        return {"keys": [_jwk(key) for key, state in self.states() if state != "expired"]}


def states(keys: list[SigningKey], *, now: float, access_ttl_s: int) -> list[tuple[SigningKey, State]]:
    """What each of the keys, oldest first, is good for at `now`; one of them signs.

    The newest key that is old enough signs, else the oldest of all: so two processes that start at once agree.
    """
    old_enough = [key for key in keys if key.created_at + ACTIVATION_S <= now]
    signer = old_enough[-1] if old_enough else keys[0]
    found: list[tuple[SigningKey, State]] = []
    for place, key in enumerate(keys):
        if key is signer:
            found.append((key, "signing"))
        elif key.created_at > signer.created_at:
            found.append((key, "upcoming"))
        else:
            retired_at = keys[place + 1].created_at + ACTIVATION_S
            verifies_until = retired_at + CHECK_INTERVAL_S + access_ttl_s
            found.append((key, "verifying" if now < verifies_until else "expired"))
    return found


def rotate(folder: Path, *, access_ttl_s: int) -> UUID:
    """Makes a new key, removes those that verify no token any more, and returns the new key's id.

    Raises: OSError, ValueError (a file in the folder is no key).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        keys = read_keys(folder, {})
        if keys:
            for key, state in states(list(keys.values()), now=time.time(), access_ttl_s=access_ttl_s):
                if state == "expired":
                    _file(folder, key.id).unlink(missing_ok=True)
        return _create_key(folder)


def read_keys(folder: Path, known: dict[UUID, SigningKey]) -> dict[UUID, SigningKey]:
    """The keys of the folder, oldest first; files of `known` ones are not read again. Raises: OSError, ValueError."""
    ids = sorted(UUID(file.stem) for file in folder.glob("[!.]*.pem"))
    return {key_id: known.get(key_id) or _read_key(folder, key_id) for key_id in ids}


def _read_key(folder: Path, key_id: UUID) -> SigningKey:
    private = load_pem_private_key(_file(folder, key_id).read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{key_id}.pem is not an Ed25519 key")
    return SigningKey(key_id, private, private.public_key())


def _first_key(folder: Path) -> dict[UUID, SigningKey]:
    with _locked(folder):
        keys = read_keys(folder, {})
        if not keys:
            _create_key(folder)
            keys = read_keys(folder, {})
        return keys


def _create_key(folder: Path) -> UUID:
    """Writes a new key so that a reader finds all of it or nothing."""
    key_id = new_id()
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = folder / f".{key_id}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(_file(folder, key_id))
    return key_id


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keeps other processes from making a key at the same time; the lock dies with its process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _file(folder: Path, key_id: UUID) -> Path:
    return folder / f"{key_id}.pem"


def _jwk(key: SigningKey) -> dict[str, Any]:
    return {**OKPAlgorithm.to_jwk(key.public, as_dict=True), "kid": str(key.id), "use": "sig", "alg": "EdDSA"}
