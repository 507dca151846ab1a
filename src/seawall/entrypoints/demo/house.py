"""Founding and furnishing the demonstration's house: parties, people, releases in force, the panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from seawall.core.money import Money
from seawall.entrypoints.demo.people import PARTIES, PASSWORD, PEOPLE, Party, Person
from seawall.lifecycle.strategy.actions import effective, panel
from seawall.records import tenancy
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.actions.person import invite
from seawall.records.parties.actions.tenant import Founding, found
from seawall.records.parties.models import Organisation, User
from seawall.records.parties.queries.viewers import of_user
from seawall.records.parties.roles import CLAIMS, PORTFOLIO
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.actions import load_shipped
from seawall.records.releases.models import Release

SLUG = "haian"
HOUSE = Founding(SLUG, "海岸财产保险股份有限公司", "Haian P&C Insurance", "admin@haian.example", "管理员")

# Which services the panel's providers give, their price for one engagement and how fast they answer.
PANEL = (
    ("response", "tracing", 60_000, 30),
    ("response", "extortion_adviser", 45_000, 30),
    ("response", "advanced_threat_watch", 80_000, 120),
    ("response", "penetration_test", 50_000, 2880),
    ("counsel", "online_expert", 12_000, 240),
)


@dataclass(slots=True)
class House:
    """The furnished house: organisations by key and viewers by e-mail."""

    admin: Viewer
    organisations: dict[str, Organisation]
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def __getitem__(self, email: str) -> Viewer:
        return self.viewers[email]

    def of(self, role: str) -> Viewer:
        """The first person seated in a role."""
        return next(viewer for viewer in self.viewers.values() if role in viewer.roles)

    @property
    def system(self) -> Viewer:
        return Viewer.system(self.admin.tenant, self.organisations["insurer"].pk)

    def seat(self, person: Person, *, at: datetime) -> None:
        """Invite a person, set the demonstration's password and remember the viewer."""
        with transaction.atomic():
            invite(
                email=person.email,
                name=person.name,
                organisation=self.organisations[person.party],
                role=person.role,
                authority=person.authority,
                by=self.admin,
                at=at,
            )
            user = User.objects.get(email=person.email)
            user.set_password(PASSWORD)
            user.language = person.language
            user.save(update_fields=["password", "language"])
        viewer = of_user(user)
        if viewer is None:
            raise RuntimeError(f"{person.email} has no membership")
        self.viewers[person.email] = viewer


def build(
    founding: Founding = HOUSE, cast: Sequence[Party] = PARTIES, people: Sequence[Person] = PEOPLE, *, at: datetime
) -> House:
    """Found a house and put everything in force as of the day of `at`; the connection stays inside its tenant."""
    with tenancy.inside(tenancy.EVERY):
        admin = found(house=founding, at=at)
    tenancy.enter(admin.tenant)
    house = House(admin, {"insurer": Organisation.objects.get(pk=admin.organisation)})
    user = User.objects.get(pk=admin.user)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    house.viewers[founding.email] = admin
    for party in cast:
        made = parties.register(
            kind=party.kind, names=(party.name_zh, party.name_en), country="CN", credit_code="", by=admin, at=at
        )
        house.organisations[party.key] = made
        if party.hotline:
            parties.set_hotline(organisation=made.pk, hotline=party.hotline, by=admin, at=at)
    for person in people:
        if person.party in house.organisations and person.email != founding.email:
            house.seat(person, at=at)
    _furnish(house, at)
    return house


def _furnish(house: House, at: datetime) -> None:
    load_shipped(by=house.admin, at=at)
    manager, day = house.of(PORTFOLIO), timezone.localdate(at)
    wording = _only("wordings")
    for product in Release.objects.filter(kind="products").order_by("identifier"):
        effective.offer_product(release=product, wording=wording, start=day, by=manager, at=at)
    effective.adopt_rating_plan(release=_only("rating"), start=day, by=manager, at=at)
    effective.adopt_appetite(release=_only("appetite"), start=day, by=manager, at=at)
    for key, service, price, minutes in PANEL:
        panel.appoint(
            organisation=house.organisations[key],
            service=service,
            price=Money.of(price, "CNY"),
            response_minutes=minutes,
            by=house.of(CLAIMS),
            at=at,
        )


def _only(kind: str) -> Release:
    return Release.objects.filter(kind=kind).order_by("-version")[0]
