"""Conformity pages: the same report at every desk that may see the assessment, in both languages, and on paper."""

from __future__ import annotations

import html
import uuid

import pytest

from seawall.entrypoints.conformity import frameworks
from seawall.entrypoints.jobs import conformity as jobs
from seawall.lifecycle.identify.actions import assessment, submission
from seawall.lifecycle.identify.models import Assessment
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.models import File
from tests.entrypoints.web.visits import visit
from tests.factories import AT, House, submission_document

EVERYBODY = (UNDERWRITER, CLAIMS, SUPERVISOR, BROKER, INSURED)


@pytest.fixture
def assessed(home: House) -> Assessment:
    filed = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    submission.submit(submission=filed.pk, by=home[BROKER], at=AT)
    return assessment.make(submission=filed.pk, by=home[BROKER], at=AT)


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_every_desk_reads_the_same_verdicts(home: House, assessed: Assessment) -> None:
    path = f"assessments/{assessed.pk}/conformity/mlps-2-0/?level=3"
    pages = {role: visit(home, role, "zh").get(path) for role in EVERYBODY}
    told = {role: [line for line in main_of(text).split("</tr>") if "CMP-0" in line] for role, text in pages.items()}
    assert len(told[UNDERWRITER]) == 9
    assert all(lines == told[UNDERWRITER] for lines in told.values())
    assert "海堤不作评估" in pages[INSURED]
    assert "身份鉴别" in pages[BROKER]
    visit(home, PROVIDER).get(path, 404)


def test_levels_are_chosen_and_nonsense_is_the_companys_own(home: House, assessed: Assessment) -> None:
    path = f"assessments/{assessed.pk}/conformity/mlps-2-0/"
    insured = visit(home, INSURED)
    assert "POL-02" in insured.get(path + "?level=1")
    assert "CMP-08" not in insured.get(path + "?level=1")
    own = main_of(insured.get(path))
    for nonsense in ("99", "x", "²", "-1", "9" * 5000):
        assert main_of(insured.get(f"{path}?level={nonsense}")) == own
    insured.get(f"assessments/{assessed.pk}/conformity/no-such/", 404)
    insured.get(f"assessments/{uuid.uuid4()}/conformity/mlps-2-0/", 404)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_library_can_be_chosen_opened_and_reported_on(home: House, assessed: Assessment, language: str) -> None:
    broker = visit(home, BROKER, language)
    choice = broker.get(f"assessments/{assessed.pk}/conformity/")
    shelf = broker.get("libraries/")
    for id, framework in frameworks().items():
        assert framework.name[language] in html.unescape(choice)
        assert f"/broker/libraries/{id}/" in shelf
    for id in ("mlps-2-0", "cn-pipl", "cn-14th-five-year", "model-p2dr"):
        assert frameworks()[id].about[language] in html.unescape(broker.get(f"libraries/{id}/"))
        assert "frameworks/" + id in broker.get(f"assessments/{assessed.pk}/conformity/{id}/")
    assert "mlps-2-0" not in main_of(broker.get("libraries/?kind=law"))
    broker.get("libraries/?kind=nonsense")


def test_the_links_lead_there(home: House, assessed: Assessment) -> None:
    insured = visit(home, INSURED)
    assert f"/insured/assessments/{assessed.pk}/conformity/" in insured.get(f"assessments/{assessed.pk}/")
    assert "/insured/libraries/" in insured.get("strategy/")
    assert "/office/libraries/" in visit(home, UNDERWRITER).get("strategy/")


def test_the_paper_is_drawn_once_and_opened_by_whoever_may(home: House, assessed: Assessment) -> None:
    path = f"assessments/{assessed.pk}/conformity/mlps-2-0/3/zh/"
    insured = visit(home, INSURED, "zh")
    name = f"{assessed.submission.number}-{assessed.as_of}-mlps-2-0-1.0-L3-zh.pdf"
    insured.get(path)
    assert insured.post(path).endswith("?drawing=1")
    system = Viewer.system(home.system.tenant, home.system.organisation)
    for _ in range(2):
        jobs.draw(system, assessment=str(assessed.pk), library="mlps-2-0", level=3, language="zh")
    assert [file.name for file in File.objects.filter(noun="assessment")] == [name]
    for role in (INSURED, BROKER, UNDERWRITER):
        answer = visit(home, role).raw(path)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    insured.get(f"assessments/{assessed.pk}/conformity/mlps-2-0/9/zh/", 404)
    insured.get(f"assessments/{assessed.pk}/conformity/cn-pipl/3/zh/", 404)
    insured.get(f"assessments/{assessed.pk}/conformity/mlps-2-0/3/fr/", 404)
    visit(home, PROVIDER).get(path, 404)
