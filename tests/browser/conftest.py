"""A real Chromium, people who sign in with it, and an eye on what browsers complain about."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tests.stories.conftest import lab, work

# Fixtures that the stories share.
__all__ = ["lab", "work"]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
GRAVE = ("serious", "critical")
# A violation of the content security policy, told as an event, becomes an error on the console.
TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
});
"""
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code. It ends with the
    # module, for the worker of other tests wants a loop of its own.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Watch:
    """What the browser complained about: errors on the console, crashed scripts, answers that were no pages."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status}: {answer.request.method} {answer.url}")

    def take(self) -> list[str]:
        """The complaints since the last time."""
        found, self.complaints = self.complaints, []
        return found


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Complaints of every page of the test; one that nobody took fails it."""
    held = Watch()
    yield held
    assert held.complaints == []


Opens = Callable[..., Page]


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that its pages can be kept as pictures."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def opens(chromium: Browser, watch: Watch, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Open a browser of its own for one person: `opens(language, width)` gives a page that is watched.

    When the test fails, what each person saw last lies as a picture in the test's folder.
    """
    contexts: list[BrowserContext] = []

    def open_one(language: str = "zh-CN", size: ViewportSize = WIDE) -> Page:
        context = chromium.new_context(locale=language, viewport=size, timezone_id="Asia/Shanghai")
        context.add_init_script(TELL_VIOLATIONS)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    expect.set_options(timeout=15_000)
    yield open_one
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                path = tmp_path / f"{request.node.name}-{number}.png"
                page.screenshot(path=path, full_page=True)
                print(page.url, path)
        context.close()


def sign_in(page: Page, site: str, email: str, password: str) -> None:
    """As a person does: address, password, button."""
    page.goto(f"{site}/accounts/login/")
    page.locator("input[type=email], input[name=login]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("form:has(input[type=password]) button[type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def accessible(page: Page) -> list[str]:
    """Serious and critical findings of axe on the page as it stands, in short."""
    result = Axe().run(page)
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in result.response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


@pytest.fixture(scope="module")
def site(told: dict[str, Any], django_db_blocker: Any) -> Iterator[str]:
    """A server over the seeded tenants, for a module whose tests only look."""
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    from tests.seeded import seeded

    with seeded(django_db_blocker) as found:
        yield found
