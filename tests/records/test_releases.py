"""Releases: loaded once, never over another content, read back whole, compared and put together."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from seawall import reference
from seawall.core.problems import Invalid
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.actions.tenant import AlreadyFounded, Founding, found, insurer_of
from seawall.records.parties.models import Membership, Organisation, Tenant
from seawall.records.parties.roles import ADMIN, BROKER, PORTFOLIO, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.releases import queries
from seawall.records.releases.actions import KINDS, VersionTaken, load, load_shipped
from seawall.records.releases.models import Release
from seawall.records.releases.reading import UnknownKind
from tests.factories import AT, House, house
from tests.races import at_once


@pytest.fixture
def home(db: None) -> House:
    return house()


def changed(kind: str, version: str = "9.9", id: str | None = None, **body: Any) -> reference.Document:
    """A shipped document with some of its content, and its version, changed."""
    shipped = reference.load(kind, id)
    header = {key: getattr(shipped.header, key) for key in reference.HEADER_KEYS}
    content = {**copy.deepcopy(dict(shipped.body)), **body}
    return reference.read_document(kind, {**header, "name": dict(shipped.header.name), "version": version, **content})


def founding(slug: str = "house", **values: str) -> Founding:
    made = Founding(slug, "某财产保险", "An Insurance", "admin@house.example", "管理员")
    return replace(made, **values)


def test_everything_shipped_loads_once_and_comes_back_with_its_hash(home: House) -> None:
    shipped = {(kind, d.header.id, d.header.version): d for kind in KINDS for d in reference.available(kind)}
    held = {(r.kind, r.identifier, r.version): r for r in Release.objects.all()}
    assert held.keys() == shipped.keys()
    for key, release in held.items():
        assert queries.document(release) == shipped[key]
        assert reference.content_hash(release.body) == reference.content_hash(shipped[key].body)
    before = Entry.objects.count()
    assert {r.pk for r in load_shipped(by=home[ADMIN], at=AT)} == {r.pk for r in held.values()}
    assert Entry.objects.count() == before


def test_a_version_is_never_loaded_over(home: House) -> None:
    other = changed("checks", reference.load("checks").header.version, shelf_life_days=7)
    with pytest.raises(VersionTaken) as refused:
        load(document=other, by=home[ADMIN], at=AT)
    assert refused.value.problems[0].field == "version"
    newer = load(document=changed("checks", shelf_life_days=7), by=home[ADMIN], at=AT)
    assert Entry.objects.filter(verb="release.load", object_id=str(newer.pk)).count() == 1
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Release.objects.filter(pk=newer.pk).update(sha256="0" * 64)


@pytest.mark.parametrize("role", [UNDERWRITER, PORTFOLIO, SUPERVISOR, BROKER])
def test_only_the_administrator_loads(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        load(document=changed("checks"), by=home[role], at=AT)


def test_a_broken_document_is_refused_with_everything_wrong_in_it(home: House) -> None:
    before = Release.objects.count()
    checks = copy.deepcopy(dict(reference.load("checks").body["checks"]))
    checks["SW-TLS-01"] = {**checks["SW-TLS-01"], "severity": "terrible", "title": {"zh": "只有中文"}}
    with pytest.raises(Invalid) as refused:
        load(document=changed("checks", checks=checks), by=home[ADMIN], at=AT)
    assert {p.field for p in refused.value.problems} >= {"checks.SW-TLS-01.severity", "checks.SW-TLS-01.title.en"}
    for kind in ("universe", "controls", "questionnaires", "wordings", "rating", "appetite"):
        empty = changed(kind)
        with pytest.raises(Invalid):
            load(document=replace(empty, body={}), by=home[ADMIN], at=AT)
    with pytest.raises(Invalid):
        load(document=replace(changed("standards", id="gbt20984-2022"), body={}), by=home[ADMIN], at=AT)
    unknown = changed("checks")
    with pytest.raises(UnknownKind):
        load(document=replace(unknown, header=replace(unknown.header, kind="recipes")), by=home[ADMIN], at=AT)
    assert Release.objects.count() == before


def test_each_tenant_has_its_own(home: House) -> None:
    stranger = house("other")
    theirs = load(document=changed("checks", shelf_life_days=7), by=stranger[ADMIN], at=AT)
    tenancy.enter(home[ADMIN].tenant)
    with pytest.raises(NotFound):
        queries.release(home[ADMIN], theirs.pk)
    tenancy.enter(tenancy.EVERY)
    assert theirs not in queries.releases(home[ADMIN])
    assert queries.newest(home[ADMIN], "checks")["outside-in"].version != theirs.version
    with pytest.raises(NotFound):
        queries.library_of(home[ADMIN], {"checks/outside-in": queries.Ref.of(theirs).as_dict()})


def test_who_may_read_which_kinds(home: House) -> None:
    assert {r.kind for r in queries.releases(home[SUPERVISOR])} == set(KINDS)
    assert {r.kind for r in queries.releases(home[BROKER])} == set(queries.OPEN)
    assert {r.kind for r in queries.releases(home[BROKER], "products")} == {"products"}
    plan = Release.objects.get(kind="rating")
    assert queries.release(home[UNDERWRITER], plan.pk) == plan
    for hidden in (plan.pk, uuid4()):
        with pytest.raises(NotFound):
            queries.release(home[BROKER], hidden)


def test_the_newest_version_is_the_highest_not_the_latest_loaded(home: House) -> None:
    for version in ("1.10", "1.9"):
        load(document=changed("checks", version, shelf_life_days=7), by=home[ADMIN], at=AT)
    assert queries.newest(home[BROKER], "checks")["outside-in"].version == "1.10"
    assert [ref.version for ref in queries.refs(home[BROKER], ["checks"])] == ["1.10"]


def test_a_library_is_read_once_and_changes_with_its_releases(home: House) -> None:
    first = queries.library(home[BROKER])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert queries.library(home[BROKER]) is first
    assert len(asked) == 1
    assert "body" not in asked[0]["sql"]
    old = Release.objects.get(kind="checks")
    load(document=changed("checks", shelf_life_days=7), by=home[ADMIN], at=AT)
    newer = queries.library(home[BROKER])
    assert newer.checks.shelf_life.days == 7
    assert newer.releases["checks/outside-in"].version == "9.9"
    assert queries.library(home[BROKER], [old]) is first
    refs = {key: ref.as_dict() for key, ref in first.releases.items()}
    assert queries.library_of(home[BROKER], refs) is first
    unpriced = queries.library(home[BROKER], only=["rating"])
    assert unpriced.manual is None


def test_a_library_of_releases_that_do_not_fit_says_why(home: House) -> None:
    controls = copy.deepcopy(dict(reference.load("controls").body))
    controls["controls"].pop("edr")
    load(document=changed("controls", **controls), by=home[ADMIN], at=AT)
    with pytest.raises(Invalid) as refused:
        queries.library(home[BROKER])
    assert all(p.field.startswith(("questionnaires/", "checks/")) for p in refused.value.problems)
    assert {p.params["value"] for p in refused.value.problems} == {"edr"}


def test_two_releases_are_compared_by_path(home: House) -> None:
    questionnaire = Release.objects.get(kind="questionnaires")
    body = copy.deepcopy(questionnaire.body)
    first, second = body["questions"][0]["id"], body["questions"][1]["id"]
    body["questions"][1]["text"]["en"] = "Asked otherwise?"
    removed = body["questions"].pop(0)
    body["questions"].append({**removed, "id": "Q999"})
    body["shelf_life_days"] = 30
    newer = load(document=changed("questionnaires", **body), by=home[ADMIN], at=AT)
    found = queries.difference(home[BROKER], questionnaire.pk, newer.pk)
    assert found.changed["shelf_life_days"] == (questionnaire.body["shelf_life_days"], 30)
    assert found.changed[f"questions[{second}].text.en"][1] == "Asked otherwise?"
    assert found.removed == {f"questions[{first}]": removed}
    assert list(found.added) == ["questions[Q999]"]
    assert len(found.changed) == 2
    with pytest.raises(queries.NotComparable):
        queries.difference(home[ADMIN], questionnaire.pk, Release.objects.get(kind="rating").pk)
    with pytest.raises(NotFound):
        queries.difference(home[BROKER], questionnaire.pk, Release.objects.get(kind="rating").pk)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2, "b": 3}, [("a", 1, 2), ("b", None, 3)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ([1, 2], [1], [("[1]", 2, None)]),
        ([{"id": "x"}, {"id": "y"}], [{"id": "y"}, {"id": "x"}], [(".order", ["x", "y"], ["y", "x"])]),
        ([{"id": "x"}, {"id": "x", "n": 1}], [{"id": "x"}], [("[1]", {"id": "x", "n": 1}, None)]),
        ({"a": []}, {"a": [{"id": "x"}]}, [("a[x]", None, {"id": "x"})]),
        ({"a": [1]}, {"a": {}}, [("a", [1], {})]),
    ],
)
def test_changes(before: Any, after: Any, expected: list[Any]) -> None:
    assert list(queries.changes(before, after)) == expected


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_make_one_release() -> None:
    home = house()
    document = changed("checks", shelf_life_days=7)
    made = at_once(home[ADMIN].tenant, *[lambda: load(document=document, by=home[ADMIN], at=AT)] * 4)
    assert {release.pk for release in made} == {Release.objects.get(kind="checks", version="9.9").pk}


@pytest.mark.django_db
def test_founding_makes_tenant_insurer_and_administrator_with_a_journal_entry() -> None:
    tenancy.enter(tenancy.EVERY)
    admin = found(house=founding(email=" Admin@House.example "), at=AT)
    tenant = Tenant.objects.get(slug="house")
    insurer = Organisation.objects.get(tenant=tenant)
    assert (insurer.kind, insurer.pk, admin.tenant) == ("insurer", admin.organisation, tenant.pk)
    assert insurer_of(tenant) == insurer
    member = Membership.objects.get(tenant=tenant)
    assert (member.role, member.user.email, member.user.has_usable_password()) == (ADMIN, "admin@house.example", False)
    entry = Entry.objects.get(tenant=tenant)
    assert (entry.verb, entry.user_id, entry.new["slug"]) == ("tenant.found", admin.user, "house")
    with pytest.raises(AlreadyFounded):
        found(house=founding(name_en="Another"), at=AT)
    second = found(house=founding("house-2"), at=AT)
    assert isinstance(second, Viewer)
    assert second.user == admin.user
    assert second.tenant != admin.tenant


@pytest.mark.django_db
def test_founding_refuses_what_cannot_be_used_and_leaves_nothing() -> None:
    tenancy.enter(tenancy.EVERY)
    with pytest.raises(Invalid) as refused:
        found(house=founding("No Slug", name_zh=" ", email="nobody", currency="XXX"), at=AT)
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("name_zh", "document.blank"),
        ("slug", "document.form"),
        ("email", "document.form"),
        ("currency", "money.unknown_currency"),
    ]
    assert not Tenant.objects.exists()
