"""The questionnaire goes out as a workbook, round the house, and back: in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from seawall.lifecycle.identify.actions import submission
from seawall.records.parties.models import User
from tests.browser.conftest import NARROW, WIDE, Opens, Watch, accessible, overflow, sign_in
from tests.browser.driving import PASSWORD
from tests.factories import BROKER, house
from tests.stories.telling import document

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
]


def fill_in(path: Path, **answers: str) -> Path:
    """What somebody does in a spreadsheet program."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for question, value in answers.items():
        sheet.cell(rows[question], 4).value = value
    filled = path.with_name("filled.xlsx")
    book.save(filled)
    return filled


def test_out_filled_in_and_back(live_server: LiveServer, opens: Opens, watch: Watch, tmp_path: Path) -> None:
    home = house(at=timezone.now())
    filed = submission.file(document=document("saas-invoice", timezone.now(), {}), by=home[BROKER], at=timezone.now())
    person = User.objects.get(pk=home[BROKER].user)
    person.set_password(PASSWORD)
    person.language = "zh-hans"
    person.save()
    page = opens("zh-CN")
    sign_in(page, live_server.url, person.email, PASSWORD)
    page.goto(f"{live_server.url}/broker/submissions/{filed.pk}/questions/")
    page.locator("main a[href$='/forms/']").first.click()
    with page.expect_download() as began:
        page.locator("a[href$='/forms/file/zh/']").click()
    out = tmp_path / "form.xlsx"
    began.value.save_as(out)
    # A mistake first: nothing is kept, and the cell is named.
    page.locator("input[type=file]").set_input_files(fill_in(out, Q011="否", Q020="很快"))
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_contain_text("未导入任何回答")
    expect(page.locator("[role=alert] th[scope=row]")).to_contain_text("问卷!D")
    assert any("422" in complaint for complaint in watch.take())
    page.locator("input[type=file]").set_input_files(fill_in(out, Q011="否", Q020="3"))
    page.locator("main form button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("已导入 2 项回答")
    page.goto(f"{live_server.url}/broker/submissions/{filed.pk}/questions/identity/")
    expect(page.locator("#slot-Q011 input[value='no']")).to_be_checked()
    page.locator("#saved-Q011 a").click()
    expect(page.locator("main table")).to_contain_text("否")
    paths = ["forms/", "forms/mlps/", "answers/Q011/history/", "questions/network/", "questions/declaration/"]
    for number, path in enumerate(paths):
        page.goto(f"{live_server.url}/broker/submissions/{filed.pk}/{path}")
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            assert overflow(page) <= 0, path
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=f"{folder}/{number}-{size['width']}.png", full_page=True)
        page.set_viewport_size(WIDE)
        assert accessible(page) == [], path
