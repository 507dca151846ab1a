"""People, their roles and tokens: who gets in, as whom, and who gets in no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from seawall.core.problems import Invalid
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.actions import person
from seawall.records.parties.models import Mandate, Membership, Token, User
from seawall.records.parties.queries.viewers import of_token, of_user
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    HOME,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    ROLES,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from tests.factories import AT, House, house
from tests.races import at_once

SOON = AT + timedelta(days=30)


@pytest.fixture
def home(db: None) -> House:
    return house()


def invited(home: House, role: str = UNDERWRITER, by: str = ADMIN, **changes: Any) -> Membership:
    where = changes.pop("organisation", home.organisations[HOME.get(role, "insurer")])
    values = {"email": "Neu@Haian.example ", "name": "新人", "authority": 0, **changes}
    return person.invite(**values, organisation=where, role=role, by=home[by], at=AT)


def own(viewer: Viewer) -> Membership:
    return Membership.objects.get(user_id=viewer.user, organisation_id=viewer.organisation, ended_at=None)


def issued(viewer: Viewer, *, until: datetime = SOON) -> tuple[Token, str]:
    return person.issue_token(membership=own(viewer), name="接口", expires_at=until, by=viewer, at=AT)


def counts() -> tuple[int, ...]:
    return User.objects.count(), Membership.objects.count(), Token.objects.count(), Entry.objects.count()


def test_somebody_new_is_known_by_address_and_has_no_password(home: House) -> None:
    made = invited(home, authority=500)
    assert made.user.email == "neu@haian.example"
    assert not made.user.has_usable_password()
    entry = Entry.objects.get(verb="person.invite", object_id=str(made.pk))
    assert entry.new == {"email": "neu@haian.example", "role": UNDERWRITER, "authority": 500}


def test_somebody_known_gets_a_further_role_and_keeps_the_name(home: House) -> None:
    first = invited(home)
    second = invited(home, CLAIMS, email="NEU@haian.example", name="别的名字")
    assert first.user_id == second.user_id
    viewer = of_user(second.user)
    assert viewer is not None
    assert (viewer.name, viewer.roles) == ("新人", frozenset({UNDERWRITER, CLAIMS}))
    before = counts()
    with pytest.raises(person.AlreadyHeld):
        invited(home)
    assert counts() == before


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_is_held_in_its_own_kind_of_organisation(home: House, role: str) -> None:
    before = counts()
    for kind, organisation in home.organisations.items():
        if kind != HOME[role]:
            with pytest.raises(person.RoleNotHere):
                invited(home, role, organisation=organisation)
    assert counts() == before
    assert invited(home, role).role == role


@pytest.mark.parametrize("role", ["", "root", "system", "Administrator"])
def test_a_role_that_does_not_exist_is_not_given(home: House, role: str) -> None:
    with pytest.raises(person.RoleNotHere):
        invited(home, role)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "nobody"}, "person.not_an_address"),
        ({"email": ""}, "person.not_an_address"),
        ({"email": "a@b\x00.example"}, "person.not_an_address"),
        ({"email": "x" * 400 + "@haian.example"}, "person.not_an_address"),
        ({"name": "  "}, "person.name_missing"),
        ({"name": "新" * 101}, "document.too_long"),
        ({"name": "新\x00人"}, "document.unreadable"),
        ({"authority": -1}, "document.out_of_range"),
        ({"authority": 10**19}, "document.out_of_range"),
    ],
)
def test_what_cannot_be_invited_leaves_nothing(home: House, changes: dict[str, Any], code: str) -> None:
    before = counts()
    with pytest.raises((person.NotAnAddress, person.NameMissing, Invalid)) as refused:
        invited(home, **changes)
    assert refused.value.problems[0].code == code
    assert counts() == before


@pytest.mark.parametrize("role", sorted(ROLES - {ADMIN}))
def test_only_the_administrator_invites_and_ends(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        invited(home, by=role)
    with pytest.raises(Forbidden):
        person.end_membership(membership=own(home[BROKER]).pk, reason="", by=home[role], at=AT)


def test_nobody_is_invited_into_another_house(home: House) -> None:
    other = house("other")
    tenancy.enter(tenancy.EVERY)
    before = counts()
    with pytest.raises(NotFound):
        invited(home, organisation=other.organisations["insurer"])
    with pytest.raises(NotFound):
        person.end_membership(membership=own(other[BROKER]).pk, reason="", by=home[ADMIN], at=AT)
    assert counts() == before


def test_who_has_left_is_nobody_and_their_tokens_open_nothing(home: House) -> None:
    held, (token, secret) = own(home[BROKER]), issued(home[BROKER])
    assert of_token(secret, at=AT) is not None
    person.end_membership(membership=held.pk, reason=" 离职 ", by=home[ADMIN], at=AT)
    assert of_user(held.user) is None
    assert of_token(secret, at=AT) is None
    token.refresh_from_db()
    assert token.revoked_at == AT
    assert Entry.objects.get(verb="person.end").reason == "离职"
    assert Entry.objects.filter(verb="token.revoke").count() == 1
    with pytest.raises(person.Ended):
        person.end_membership(membership=held.pk, reason="", by=home[ADMIN], at=AT)
    again = invited(home, BROKER, email=held.user.email)
    assert again.pk != held.pk
    assert of_user(held.user) is not None
    assert of_token(secret, at=AT) is None


def test_an_administrator_does_not_lock_the_door_behind_itself(home: House) -> None:
    with pytest.raises(person.Own):
        person.end_membership(membership=own(home[ADMIN]).pk, reason="", by=home[ADMIN], at=AT)
    with pytest.raises(NotFound):
        person.end_membership(membership=uuid4(), reason="", by=home[ADMIN], at=AT)


def test_a_token_is_a_secret_shown_once_that_speaks_for_one_role_until_it_expires(home: House) -> None:
    both = invited(home, UNDERWRITER, email="both@haian.example", authority=700)
    invited(home, CLAIMS, email="both@haian.example")
    whole = of_user(both.user)
    assert whole is not None
    token, secret = person.issue_token(membership=both, name="接口", expires_at=SOON, by=whole, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(token)::text from token union all select new::text from journal_entry")
        assert not any(secret in row for (row,) in cursor.fetchall())
    tenancy.enter(tenancy.NONE)
    viewer = of_token(secret, at=SOON - timedelta(seconds=1))
    assert viewer is not None
    assert (viewer.user, viewer.tenant, viewer.roles, viewer.authority) == (
        both.user_id,
        both.tenant_id,
        frozenset({UNDERWRITER}),
        700,
    )
    assert of_token(secret, at=SOON) is None
    for wrong in ("", secret + "x", secret.upper(), token.digest, "\x00"):
        assert of_token(wrong, at=AT) is None


def test_a_token_of_somebody_who_may_not_sign_in_opens_nothing(home: House) -> None:
    _, secret = issued(home[INSURED])
    user = User.objects.get(pk=home[INSURED].user)
    user.is_active = False
    user.save()
    assert of_token(secret, at=AT) is None
    assert of_user(user) is None


def test_a_token_is_issued_for_oneself_alone(home: House) -> None:
    other = house("other")
    tenancy.enter(tenancy.EVERY)
    before = counts()
    for whose in (home[ADMIN], home.second[BROKER], other[BROKER]):
        for by in (home[BROKER], home[UNDERWRITER]):
            with pytest.raises(NotFound):
                person.issue_token(membership=own(whose), name="x", expires_at=SOON, by=by, at=AT)
    held = own(home[PROVIDER])
    stale = replace(home[PROVIDER], organisation=uuid4())
    with pytest.raises(NotFound):
        person.issue_token(membership=held, name="x", expires_at=SOON, by=stale, at=AT)
    for name, refusal in ((" ", person.NameMissing), ("x" * 101, Invalid), ("\x00", Invalid)):
        with pytest.raises(refusal):
            person.issue_token(membership=held, name=name, expires_at=SOON, by=home[PROVIDER], at=AT)
    assert counts() == before
    person.end_membership(membership=held.pk, reason="", by=home[ADMIN], at=AT)
    with pytest.raises(person.Ended):
        person.issue_token(membership=held, name="x", expires_at=SOON, by=home[PROVIDER], at=AT)


def test_one_revokes_ones_own_token_and_an_administrator_any(home: House) -> None:
    token, secret = issued(home[BROKER])
    for role in (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, INSURED, PROVIDER):
        with pytest.raises(NotFound):
            person.revoke_token(token=token.pk, by=home[role], at=AT)
    with pytest.raises(NotFound):
        person.revoke_token(token=token.pk, by=home.second[BROKER], at=AT)
    with pytest.raises(NotFound):
        person.revoke_token(token=token.pk, by=house("other")[ADMIN], at=AT)
    tenancy.enter(home[BROKER].tenant)
    assert of_token(secret, at=AT) is not None
    person.revoke_token(token=token.pk, by=home[BROKER], at=AT)
    assert of_token(secret, at=AT) is None
    with pytest.raises(NotFound):
        person.revoke_token(token=token.pk, by=home[BROKER], at=AT)
    second, secret = issued(home[INSURED])
    person.revoke_token(token=second.pk, by=home[ADMIN], at=AT)
    assert of_token(secret, at=AT) is None


def test_somebody_of_two_houses_acts_in_the_one_chosen_and_never_in_both(home: House) -> None:
    other = house("other", credit_code="")
    email = "both@market.example"
    tenancy.enter(other[ADMIN].tenant)
    person.invite(
        email=email, name="双", organisation=other.organisations["broker"], role=BROKER, by=other[ADMIN], at=AT
    )
    tenancy.enter(home[ADMIN].tenant)
    later = AT + timedelta(hours=1)
    made = person.invite(
        email=email, name="双", organisation=home.organisations["broker"], role=BROKER, by=home[ADMIN], at=later
    )
    tenancy.enter(tenancy.NONE)
    first = of_user(made.user)
    chosen = of_user(made.user, str(home.organisations["broker"].pk))
    nowhere = of_user(made.user, str(home.organisations["insurer"].pk))
    assert first is not None
    assert chosen is not None
    assert (first.tenant, chosen.tenant) == (other[ADMIN].tenant, home[ADMIN].tenant)
    assert nowhere == first
    assert tenancy.current() == tenancy.NONE


def test_a_viewer_of_an_unknown_person_is_none(home: House) -> None:
    stranger = User.objects.create_user("nobody@haian.example", None, name="无")
    assert of_user(stranger) is None


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_make_one_person_and_one_role() -> None:
    home = house()
    works = [lambda: invited(home), lambda: invited(home), lambda: invited(home, CLAIMS)]
    outcomes = at_once(home[ADMIN].tenant, *works)
    assert sorted(type(found).__name__ for found in outcomes) == ["AlreadyHeld", "Membership", "Membership"]
    assert User.objects.filter(email="neu@haian.example").count() == 1
    assert Membership.objects.filter(user__email="neu@haian.example").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_token_issued_at_the_moment_of_leaving_opens_nothing() -> None:
    home = house()
    held = own(home[BROKER])
    outcomes = at_once(
        home[ADMIN].tenant,
        lambda: issued(home[BROKER]),
        lambda: person.end_membership(membership=held.pk, reason="", by=home[ADMIN], at=AT),
    )
    if isinstance(outcomes[0], tuple):
        assert of_token(outcomes[0][1], at=AT) is None
        assert Token.objects.get().revoked_at is not None
    else:
        assert type(outcomes[0]).__name__ in {"Ended", "DoesNotExist"}
    assert Mandate.objects.count() == 1
