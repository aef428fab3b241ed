"""Log lines on their way out: their order, their bounds, and what is left of them when a process ends."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring.foundation import line_writer
from hiring.foundation.line_writer import MAXIMUM_LINES, LineWriter, writing


def lost(count: int) -> str:
    """What is told of dropped lines."""
    return f"lost {count}"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that nobody reads by itself: where to read, where to write."""
    ends = os.pipe()
    yield ends
    for each in ends:
        os.close(each)


def test_lines_keep_their_order_when_many_threads_write(tmp_path: Path) -> None:
    """Each thread's lines in its order, none lost, none torn."""
    file = tmp_path / "log"
    with file.open("wb") as target, writing(target.fileno(), lost) as writer:

        def write(name: str) -> None:
            for number in range(500):
                writer.write(f"{name} {number} Łódź \udce9\n")

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    lines = file.read_text(encoding="utf-8").splitlines()
    for name in "abcd":
        assert [line for line in lines if line[0] == name] == [f"{name} {n} Łódź \\udce9" for n in range(500)]


def test_nobody_waits_when_the_reader_takes_nothing(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is dropped and counted, and told behind the others once somebody reads again."""
    monkeypatch.setattr(line_writer, "STOP_S", 0.2)
    source, target = pipe
    writer = LineWriter(target, lost)
    writer.write("first " + "x" * 200_000 + "\n")  # more than a pipe holds
    time.sleep(0.2)
    began = time.thread_time()
    for number in range(MAXIMUM_LINES + 7):
        writer.write(f"{number}\n")
    assert time.thread_time() - began < 1
    writer.close()
    text = b""
    while not text.endswith(b"lost 7\n"):
        text += os.read(source, 65_536)
    lines = text.decode().splitlines()
    assert lines[0].startswith("first x") and lines[1:-1] == [str(number) for number in range(MAXIMUM_LINES)]


def test_nothing_is_lost_when_the_descriptor_does_not_block(pipe: tuple[int, int]) -> None:
    """Standard output may be shared with a program that made it so: a full pipe is waited for."""
    source, target = pipe
    os.set_blocking(target, False)
    sent, text = "x" * 1_000_000 + "\n", b""
    with writing(target, lost) as writer:
        writer.write(sent)
        while not text.endswith(b"\n"):
            time.sleep(0.001)
            text += os.read(source, 65_536)
    assert text.decode() == sent


def test_lines_are_written_at_once_when_they_are_flushed(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As loggers do; those of requests wait for each other."""
    monkeypatch.setattr(line_writer, "BATCH_S", 60.0)
    source, target = pipe
    with writing(target, lost) as writer:
        writer.write("waits\n")
        time.sleep(0.2)
        os.set_blocking(source, False)
        with pytest.raises(BlockingIOError):
            os.read(source, 100)
        os.set_blocking(source, True)
        writer.write("comes\n")
        writer.flush()
        assert os.read(source, 100) == b"waits\ncomes\n"


def test_line_is_written_at_once_when_the_writer_has_ended(tmp_path: Path) -> None:
    """What is logged while a process ends has no thread any more."""
    file = tmp_path / "log"
    with file.open("wb") as target:
        with writing(target.fileno(), lost) as writer:
            writer.write("before\n")
        writer.write("behind\n")
    assert file.read_text(encoding="utf-8") == "before\nbehind\n"


def test_later_lines_are_written_when_some_could_not_be(tmp_path: Path) -> None:
    """A disk that was full ends no thread; the lines of that time are gone."""
    file = tmp_path / "log"
    with Path("/dev/full").open("wb") as target, writing(target.fileno(), lost) as writer:
        writer.write("gone\n")
        time.sleep(0.2)
        with file.open("wb") as room:
            os.dup2(room.fileno(), target.fileno())
        writer.write("there\n")
    assert file.read_text(encoding="utf-8") == "there\n"


PROGRAM = """
import sys
from hiring.foundation import logs
with logs.logging_to_stdout({level!r}, {form!r}):
    for number in range(3):
        logs.get_logger("a").info("slow", number=number)
        logs.info("quick", number=number)
    {ending}
"""


def told(level: str, form: str, ending: str = "pass") -> list[str]:
    """What a process has logged when it is over."""
    program = PROGRAM.format(level=level, form=form, ending=ending)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    return done.stdout.splitlines()


@pytest.mark.parametrize("ending", ["pass", "sys.exit(1)", "raise ValueError"])
def test_no_line_is_lost_when_a_process_ends(ending: str) -> None:
    """Quick lines and those of loggers in the order in which they were logged, in one form."""
    lines = [json.loads(line) for line in told("info", "json", ending)]
    assert [(line["event"], line["number"]) for line in lines] == [
        (event, number) for number in range(3) for event in ("slow", "quick")
    ]
    assert {(*line, line["level"]) for line in lines} == {("number", "event", "level", "timestamp", "info")}
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_quick_line_follows_the_level_and_the_form_that_are_set() -> None:
    """For people it looks like the others; above info there is none."""
    assert told("warning", "json") == []
    console = told("info", "console")
    assert len(console) == 6 and "quick" in console[1] and not console[1].startswith("{")
