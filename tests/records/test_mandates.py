"""Mandates end when the client, or the insurer, says so: not in the past, and not twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from seawall.records.journal.models import Entry
from seawall.records.parties.actions.organisation import NotRunning, revoke
from seawall.records.parties.models import Mandate
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.roles import ADMIN, BROKER, INSURED, PROVIDER
from seawall.records.parties.viewer import Forbidden, NotFound
from tests.factories import AT, house

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_client_ends_its_mandate_and_the_broker_sees_it_no_longer() -> None:
    home = house()
    held = Mandate.objects.get()
    assert visible_companies(home[BROKER], at=AT).count() == 1
    revoke(mandate=held.pk, on=AT.date(), reason="更换经纪人", by=home[INSURED], at=AT)
    assert visible_companies(home[BROKER], at=AT).count() == 0
    assert visible_companies(home[BROKER], at=AT - DAY).count() == 1
    entry = Entry.objects.get(verb="mandate.revoke")
    assert (entry.reason, entry.new["end"]) == ("更换经纪人", AT.date().isoformat())
    with pytest.raises(NotRunning):
        revoke(mandate=held.pk, on=AT.date() + DAY, reason="", by=home[ADMIN], at=AT)


@pytest.mark.parametrize("on", [AT.date() - DAY, date(2029, 1, 1), date(2025, 12, 31)])
def test_a_day_on_which_it_cannot_end(on: date) -> None:
    home = house()
    with pytest.raises(NotRunning):
        revoke(mandate=Mandate.objects.get().pk, on=on, reason="", by=home[ADMIN], at=AT)


def test_who_may_not_end_it() -> None:
    home = house()
    held = Mandate.objects.get()
    for role in (BROKER, PROVIDER):
        with pytest.raises(Forbidden):
            revoke(mandate=held.pk, on=AT.date(), reason="", by=home[role], at=AT)
    other = house("andere")
    with pytest.raises(NotFound):
        revoke(mandate=held.pk, on=AT.date(), reason="", by=other[INSURED], at=AT)
