"""The permission matrix, role by role, as a person may read it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    HOME,
    INSURED,
    INSURER_STAFF,
    PORTFOLIO,
    PROVIDER,
    ROLES,
    SUPERVISOR,
    SYSTEM,
    UNDERWRITER,
    VERBS,
)
from seawall.records.parties.viewer import Forbidden, Viewer


def somebody(*roles: str) -> Viewer:
    return Viewer(1, "x", uuid4(), uuid4(), HOME.get(roles[0], "insurer") if roles else "insurer", frozenset(roles))


@pytest.mark.parametrize("role", [*sorted(ROLES), SYSTEM])
def test_a_verb_is_for_its_roles_and_refused_to_every_other(role: str) -> None:
    who = somebody(role)
    for verb, roles in VERBS.items():
        assert who.may(verb) is (role in roles)
        if role in roles:
            who.require(verb)
        else:
            with pytest.raises(Forbidden) as refused:
                who.require(verb)
            assert refused.value.problems[0].params == {"verb": verb}


def test_an_unknown_verb_is_for_nobody() -> None:
    everybody = somebody(*ROLES, SYSTEM)
    assert all(everybody.may(verb) for verb in VERBS)
    for verb in ("", "policy.burn", "quote", "QUOTE.BIND"):
        with pytest.raises(Forbidden):
            everybody.require(verb)
    with pytest.raises(Forbidden):
        somebody().require("quote.bind")


def test_the_matrix_names_known_roles_and_nothing_is_without_one() -> None:
    for verb, roles in VERBS.items():
        assert roles, verb
        assert roles <= ROLES | {SYSTEM}, verb
    assert set(HOME) == ROLES


@pytest.mark.parametrize(
    ("verb", "roles"),
    [
        ("claim.pay", {CLAIMS}),
        ("claim.approve", {CLAIMS}),
        ("quote.bind", {BROKER, INSURED, UNDERWRITER}),
        ("referral.decide", {UNDERWRITER}),
        ("rating_plan.decide", {PORTFOLIO}),
        ("consent.withdraw", {INSURED}),
        ("release.load", {ADMIN}),
        ("person.invite", {ADMIN}),
        ("scan.report", {SYSTEM}),
        ("journal.read", {SUPERVISOR, ADMIN}),
    ],
)
def test_what_must_not_widen_unnoticed(verb: str, roles: set[str]) -> None:
    assert VERBS[verb] == roles


def test_a_supervisor_looks_and_does_not_decide() -> None:
    seen = {verb for verb, roles in VERBS.items() if SUPERVISOR in roles}
    assert seen <= {
        *("journal.read", "vault.export", "vault.read", "vault.sign", "vault.anchor", "claim.replay", "feed.read"),
        *("token.issue", "token.revoke"),
    }


def test_who_sees_the_whole_house() -> None:
    assert all(somebody(role).office for role in (*INSURER_STAFF, SUPERVISOR, SYSTEM))
    assert not any(somebody(role).office for role in (BROKER, INSURED, PROVIDER))
