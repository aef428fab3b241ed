"""The file store, in a folder and on an S3 server: whole files or none, errors of ours, and an end to waiting."""

import asyncio
import hashlib
import os
import stat
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import obstore
import pytest
from moto.server import ThreadedMotoServer

from hiring.config import Files, Settings
from hiring.connectors.files import FileStore
from hiring.errors import BodyTooLarge, FilesUnavailable, Malformed, NotFound

ORGANIZATION = uuid4()
BUCKET = "files"
MAX_BYTES = 20 * 1024 * 1024
CONTENT = bytes(range(256)) * 32 * 1024  # 8 MiB: several parts of an S3 upload
TIMEOUT_MS = 2_000


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """An S3 server with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    httpx.put(f"{endpoint}/{BUCKET}", timeout=60).raise_for_status()
    yield endpoint
    server.stop()


@pytest.fixture
def settings_of(settings: Settings, tmp_path: Path) -> Callable[[str, str], Files]:
    """The settings of a store: a folder, or a prefix in the bucket at an endpoint."""

    def of(kind: str, endpoint: str) -> Files:
        s3 = msgspec.structs.replace(
            settings.files.s3, endpoint=endpoint, region="us-east-1", access_key_id="key", secret_access_key="secret"
        )
        url = f"file://{tmp_path}/files" if kind == "folder" else f"s3://{BUCKET}/of-a-test"
        return msgspec.structs.replace(settings.files, url=url, s3=s3, timeout_ms=TIMEOUT_MS)

    return of


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, settings_of: Callable[[str, str], Files], s3_endpoint: str) -> FileStore:
    return FileStore.open(settings_of(request.param, s3_endpoint))


@pytest.fixture
def lost_store(settings_of: Callable[[str, str], Files]) -> FileStore:
    """A store at which nobody answers."""
    return FileStore.open(settings_of("s3", "http://127.0.0.1:1"))


async def sent(content: bytes, error: BaseException | None = None) -> AsyncIterator[bytes]:
    """A body as it arrives; with an error at its end it is cut."""
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]
    if error is not None:
        raise error


async def content_of(store: FileStore, name: str) -> bytes:
    return b"".join([chunk async for chunk in store.get(name)])


def names_in(store: FileStore) -> set[str]:
    """What the store holds of the organization."""
    pages: Iterable[Iterable[dict[str, str]]] = store._store.list(prefix=str(ORGANIZATION))
    return {each["path"] for page in pages for each in page}


async def test_file_comes_back_byte_for_byte_when_stored(store: FileStore) -> None:
    """With its size, its hash and its first bytes, under a random name in its organization's folder."""
    await store.check()
    stored = await store.put(ORGANIZATION, sent(CONTENT), MAX_BYTES)
    again = await store.put(ORGANIZATION, sent(CONTENT), MAX_BYTES)
    assert await content_of(store, stored.name) == CONTENT
    assert (stored.size, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert CONTENT.startswith(stored.head) and len(stored.head) == 64 * 1024
    assert stored.name.startswith(f"{ORGANIZATION}/") and stored.name != again.name
    empty = await store.put(ORGANIZATION, sent(b""), MAX_BYTES)
    assert (empty.size, await content_of(store, empty.name)) == (0, b"")


async def test_file_is_gone_when_deleted(store: FileStore) -> None:
    """Once or twice; what is not there is not found."""
    stored = await store.put(ORGANIZATION, sent(b"a letter"), MAX_BYTES)
    for _ in range(2):
        await store.delete(stored.name)
    with pytest.raises(NotFound):
        await content_of(store, stored.name)


async def test_nothing_is_stored_when_a_body_is_cut_or_too_large(store: FileStore) -> None:
    """Neither under its name nor as a part."""
    before = names_in(store)
    with pytest.raises(Malformed):
        await store.put(ORGANIZATION, sent(CONTENT, Malformed()), MAX_BYTES)
    with pytest.raises(BodyTooLarge):
        await store.put(ORGANIZATION, sent(CONTENT), len(CONTENT) - 1)
    assert names_in(store) == before


async def test_store_fails_its_check_when_it_does_not_give_back_what_it_took(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes files and deletes them, but nobody could download one."""

    async def lose(*_: object) -> None:
        raise FileNotFoundError

    with monkeypatch.context() as broken:
        broken.setattr(obstore, "get_async", lose)
        with pytest.raises(NotFound):
            await store.check()
    await store.check()


async def test_waiting_ends_when_the_store_does_not_answer(lost_store: FileStore) -> None:
    """With an error that says try again."""
    began = time.monotonic()
    for call in (lost_store.check(), lost_store.delete("a/b"), content_of(lost_store, "a/b")):
        with pytest.raises(FilesUnavailable):
            await call
    with pytest.raises(FilesUnavailable):
        async with asyncio.timeout(5 * TIMEOUT_MS / 1000):
            await lost_store.put(ORGANIZATION, sent(b"a letter"), MAX_BYTES)
    assert time.monotonic() - began < 10 * TIMEOUT_MS / 1000


FOUND = (
    b'HTTP/1.1 200 OK\r\nETag: "1"\r\nLast-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n'
    b"Content-Length: 8\r\nConnection: close\r\n\r\na letter"
)
SLOW_DOWN = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(("failures", "is_read"), [(0, True), (2, True), (3, False)])
async def test_request_is_sent_three_times_when_the_store_fails(
    settings_of: Callable[[str, str], Files], failures: int, is_read: bool
) -> None:
    """And no more often."""
    answers = [SLOW_DOWN] * failures + [FOUND]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answers.pop(0))
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    store = FileStore.open(msgspec.structs.replace(settings_of("s3", endpoint), timeout_ms=60_000))
    try:
        assert await content_of(store, "a/b") == b"a letter" and is_read
    except FilesUnavailable:
        assert not is_read
    finally:
        listener.close()
    assert len(answers) == (0 if is_read else 1)


def test_folder_is_closed_to_others_when_it_is_made(settings_of: Callable[[str, str], Files], tmp_path: Path) -> None:
    """And used as it is when it is there."""
    for _ in range(2):
        FileStore.open(settings_of("folder", ""))
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


async def test_file_may_take_longer_than_one_request(store: FileStore) -> None:
    """Who sends it limits its time; each wait for the store has its own limit."""
    quick = FileStore(store._store, 500, store._part_bytes, store._folder)

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(CONTENT), len(CONTENT) // 4):
            await asyncio.sleep(0.25)
            yield CONTENT[start : start + len(CONTENT) // 4]

    stored = await quick.put(ORGANIZATION, slowly(), MAX_BYTES)
    received = b""
    async for chunk in store.get(stored.name):
        received += chunk
    assert received == CONTENT


async def test_file_is_taken_when_it_is_as_large_as_it_may_be(store: FileStore) -> None:
    """To the byte; its first bytes end where they shall, wherever its chunks do."""
    assert (await store.put(ORGANIZATION, sent(b"x" * 250_000), 250_000)).size == 250_000
    with pytest.raises(BodyTooLarge):
        await store.put(ORGANIZATION, sent(b"x" * 250_001), 250_000)
    odd = bytes(range(250)) * 300
    assert (await store.put(ORGANIZATION, sent(odd), MAX_BYTES)).head == odd[: 64 * 1024]


async def test_old_files_are_listed_in_lists_of_a_bounded_length(store: FileStore) -> None:
    """Those written before an instant, and no others."""
    names = {(await store.put(ORGANIZATION, sent(b"a"), MAX_BYTES)).name for _ in range(5)}
    lists = [each async for each in store.list_older(datetime.now(UTC) + timedelta(hours=1), 2)]
    listed = [name for each in lists for name in each]
    assert names <= set(listed) and len(set(listed)) == len(listed)
    assert all(0 < len(each) <= 2 for each in lists)
    assert [each async for each in store.list_older(datetime.now(UTC) - timedelta(hours=1), 2)] == []


async def test_old_parts_are_deleted_and_counted(settings_of: Callable[[str, str], Files], tmp_path: Path) -> None:
    """What a killed process was writing; parts that are younger, and whole files, stay."""
    store = FileStore.open(settings_of("folder", ""))
    await store.put(ORGANIZATION, sent(b"whole"), MAX_BYTES)
    [whole] = [each for each in (tmp_path / "files").rglob("*") if each.is_file()]
    now = datetime.now(UTC)
    for number, age_s in ((1, 100), (2, 100), (3, -100)):
        part = whole.with_name(f"{whole.name}#{number}")
        part.write_bytes(b"cut")
        os.utime(part, (now.timestamp() - age_s,) * 2)
    assert await store.delete_parts(now) == 2
    assert {each.name for each in whole.parent.iterdir()} == {whole.name, f"{whole.name}#3"}
