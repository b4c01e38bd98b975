"""Drives the playground's page in headless Chromium, as a person would: for tests and pictures.

Needs Playwright (a development requirement) and a Chromium of the system; it downloads none.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Response
    from playwright.sync_api import Page as BrowserPage

ROOT = Path(__file__).resolve().parents[1]
ONE_PYTHON = {"PATH": "", "PYENV_ROOT": "/nonexistent", "PEP_SPEEDRUN_PYTHONS": ""}
"""An environment in which the playground finds the Python that it runs on and no other. It tests
all that it finds as it starts, which takes seconds each."""
TIMEOUT_MS = 60_000
REST_MS = 500
_SHORT_MS = 5_000
_TRIES = 5
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Without a screen, as root, in a container; and without calls home, which a test has no use for.
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)

_TALL = """() => document.querySelectorAll("#preview-app, .channel-layout").forEach(e => {
    e.style.setProperty("height", "100%", "important");
    e.style.setProperty("max-height", "none", "important");
})"""
_PICTURE_POLL_MS = 100
_PICTURES_SHOWN = (
    "[...document.querySelectorAll('article img')].every(i => i.complete && i.naturalWidth)"
)


_PICTURE_BYTES = """async image => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}"""


def find_browser() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def playground(*options: str, **environ: str) -> Iterator[str]:
    """Run ``python -m bot playground`` as its own process; gives the page's address."""
    command = [sys.executable, "-m", "bot", "playground", "--no-browser", *options]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _address(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        raise ValueError("the playground's output is not captured")
    for line in process.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return found[0]
    raise RuntimeError(f"the playground ended with exit code {process.wait()}")


@contextmanager
def open_page(
    url: str, *, width: int = 1100, height: int = 1300, scale: float = 1
) -> Iterator[Page]:
    """The page in a new browser of that size, in CSS pixels."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(_FLAGS))
        try:
            tab = browser.new_page(
                viewport={"width": width, "height": height}, device_scale_factor=scale
            )
            tab.set_default_timeout(TIMEOUT_MS)
            tab.goto(url)
            yield Page(tab)
        finally:
            browser.close()


class Page:
    """What a person does on the page."""

    def __init__(self, tab: BrowserPage) -> None:
        self.tab = tab

    def be(self, name: str) -> None:
        """Become another viewer."""
        with self._acting():
            self.tab.select_option("#viewer-picker", label=name)

    def press(self, label: str) -> None:
        """Press the newest button of that label, and wait for the bot's answer."""
        button = self.tab.get_by_role("button", name=label, exact=True).last
        button.scroll_into_view_if_needed()
        with self._acting():
            button.click()

    def slash(self, command: str) -> None:
        """Type a slash command without options and send it."""
        composer = self.tab.locator("#channel-composer-input")
        composer.fill(f"/{command}")
        listed = self.tab.get_by_role("listbox", name="Application commands")
        expect(listed.get_by_role("option").first).to_be_visible()
        composer.press("Enter")
        with self._acting():
            self.tab.get_by_role("button", name="Send", exact=True).click()

    def choose_first(self, menu: str) -> None:
        """Choose the first option of a select menu."""
        # A picture that comes late moves what is below it, and the list closes.
        self._wait_for_pictures()
        for tries_left in reversed(range(_TRIES)):
            box = self.tab.get_by_role("combobox", name=menu).last
            box.scroll_into_view_if_needed()
            self.tab.wait_for_timeout(REST_MS)  # the page draws itself anew after it has scrolled
            box.focus()
            self.tab.keyboard.press("Enter")
            try:
                with self._acting(TIMEOUT_MS if not tries_left else _SHORT_MS):
                    # The list closes as the page scrolls, which an ordinary click would make it do.
                    self.tab.locator("[role=option]").first.dispatch_event(
                        "click", timeout=_SHORT_MS
                    )
            except PlaywrightTimeout:
                # The page drew itself anew just then, and took the open list with it.
                if not tries_left:
                    raise
            else:
                return

    def see(self, text: str) -> Locator:
        """Wait until that text stands in the conversation; its newest place."""
        place = self.tab.locator(".message, article, [data-message-id]").get_by_text(text).last
        expect(place).to_be_visible(timeout=TIMEOUT_MS)
        return place

    def shoot_message(self, text: str, path: Path) -> None:
        """Save a picture of the newest message that holds that text, whole however long."""
        # The page keeps its conversation low, for the tools beside it.
        self.tab.evaluate(_TALL)
        message = self.tab.locator("article").filter(has_text=text).last
        message.scroll_into_view_if_needed()
        self._wait_for_pictures()
        path.parent.mkdir(parents=True, exist_ok=True)
        message.screenshot(path=path)

    def shoot_nth(self, index: int, path: Path) -> None:
        """Save a picture of the conversation's message of that place, from 0."""
        self.tab.evaluate(_TALL)
        message = self.tab.locator("article:visible").nth(index)
        expect(message).to_be_visible(timeout=TIMEOUT_MS)
        message.scroll_into_view_if_needed()
        self._wait_for_pictures()
        path.parent.mkdir(parents=True, exist_ok=True)
        message.screenshot(path=path)

    def picture(self, alt: str) -> bytes:
        """The newest picture whose alt text begins so, as the page has it: made anew, as PNG."""
        self._wait_for_pictures()
        image = self.tab.get_by_alt_text(alt).last
        return base64.b64decode(image.evaluate(_PICTURE_BYTES))

    def _wait_for_pictures(self) -> None:
        # Not wait_for_function: the page's own policy forbids what that evaluates as it waits.
        for _ in range(TIMEOUT_MS // _PICTURE_POLL_MS):
            if self.tab.evaluate(_PICTURES_SHOWN):
                return
            self.tab.wait_for_timeout(_PICTURE_POLL_MS)
        raise TimeoutError("a picture on the page did not load")

    def shoot(self, path: Path) -> None:
        """Save a picture of the window."""
        self._wait_for_pictures()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.tab.screenshot(path=path)

    @contextmanager
    def _acting(self, timeout_ms: int = TIMEOUT_MS) -> Iterator[None]:
        """Wait until the page has told the bot of what is done inside, and been answered.

        Scrolling is told too, and while one thing is told the page takes no other: so first it
        has to have come to rest.
        """
        self.tab.wait_for_timeout(REST_MS)
        with self.tab.expect_response(_is_action, timeout=timeout_ms):
            yield
        self.tab.wait_for_timeout(REST_MS)


def _is_action(response: Response) -> bool:
    if not response.url.endswith("/api/action") or response.request.method != "POST":
        return False
    # The page also tells its own size as it scrolls.
    return "host_width" not in (response.request.post_data_json or {})
