"""Pages of reports in a browser without a window: in light, in dark, on a telephone and on paper."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from hiring.pictures.page import POLICY, report_page
from hiring.pictures.samples import SAMPLES

CHROMIUM = shutil.which("chromium")
LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")
LOOKS = [
    ("screen", "light", 1200), ("screen", "dark", 1200), ("screen", "light", 390), ("screen", "dark", 390),
    ("print", "light", 720),
]  # fmt: skip
MEASURE = """(() => {
  const root = document.documentElement, svg = document.querySelector("svg.picture"), box = svg.getBoundingClientRect();
  const outside = [...svg.querySelectorAll("text, rect, path")].filter(each => {
    const {left, right, top, bottom} = each.getBoundingClientRect();
    return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
  });
  const color = getComputedStyle(document.body).backgroundColor;
  return {over: root.scrollWidth - root.clientWidth, outside: outside.map(each => each.textContent), color};
})()"""


class Browser:
    """A tab of a browser, to which commands are sent."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection, self._last, self.events = connection, 0, list[dict[str, Any]]()
        self._session: str | None = None

    async def attach(self) -> None:
        """Opens a tab that tells what goes to its console."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        self._session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            await self.call(f"{domain}.enable")

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        await self._connection.write_message(
            json.dumps(message | ({"sessionId": self._session} if self._session else {}))
        )
        return await self.until(lambda told: told.get("id") == self._last)

    async def until(self, is_it: Any) -> dict[str, Any]:
        """Waits for a message, and keeps the others."""
        async with asyncio.timeout(30):
            while True:
                told = json.loads(await self._connection.read_message() or "{}")
                if is_it(told):
                    return dict(told.get("result", told))
                self.events.append(told)

    async def show(self, page: Path) -> dict[str, Any]:
        """Loads a page and measures it."""
        self.events.clear()
        await self.call("Page.navigate", url=page.as_uri())
        if not any(each.get("method") == "Page.loadEventFired" for each in self.events):
            await self.until(lambda told: told.get("method") == "Page.loadEventFired")
        found = await self.call("Runtime.evaluate", expression=MEASURE, returnByValue=True)
        return dict(found["result"]["value"])

    def messages(self) -> list[dict[str, Any]]:
        """What the page told the console."""
        kinds = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return [each for each in self.events if each.get("method") in kinds]


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser of the test's own."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
        "--remote-allow-origins=*", f"--user-data-dir={tmp_path / 'profile'}", "about:blank",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    found = None
    async with asyncio.timeout(60):
        while found is None:
            found = LISTENING.search(await process.stderr.readline())
    connection = await websocket_connect(found[1].decode())
    opened = Browser(connection)
    await opened.attach()
    yield opened
    connection.close()
    process.terminate()
    await process.communicate()


async def test_page_fits_when_a_browser_shows_it(browser: Browser, tmp_path: Path) -> None:
    """Each report: nothing is wider than the page or out of its picture, and the console stays empty."""
    policy = POLICY.replace("frame-ancestors 'none'; ", "")  # which holds in a header only
    for name, rows in SAMPLES.items():
        text = report_page(name, rows, list(rows[0]), {"As of": "2026-12-01"}, "/docs/reports")
        file = tmp_path / f"{name}.html"
        held = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
        file.write_text(text.replace("<head>", held), encoding="utf-8")
        for media, scheme, width in LOOKS:
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            await browser.call("Emulation.setEmulatedMedia", media=media, features=features)
            await browser.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
            )
            shown = await browser.show(file)
            assert shown["over"] <= 0 and not shown["outside"], (name, media, scheme, width, shown)
            assert (shown["color"] == "rgb(255, 255, 255)") is (scheme == "light"), (name, media, scheme)
            assert not browser.messages(), (name, media, scheme)
