"""`seawall replay`: does a stored number come out the same again?"""

from __future__ import annotations

from uuid import UUID

import click

from seawall.core.problems import Refused
from seawall.entrypoints.cli.run import start
from seawall.entrypoints.cli.talk import NO, say, site_language_option, speak


class NotAnId(Refused):
    code = "replay.not_an_id"
    status = 422


@click.command()
@click.argument("number", metavar="ID")
@site_language_option
def replay(number: str, lang: str) -> int:
    """Compute the stored assessment or quote ID again from its recorded inputs, releases and seed.

    Exit codes: 0 equal; 1 not equal (the differing parts are listed); 2 no such object; 3 no database.
    """
    try:
        wanted = UUID(number)
    except ValueError as error:
        raise NotAnId("id", text=number[:60]) from error
    start()
    speak(lang)
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from seawall.lifecycle.identify.actions import assessment as assessments
    from seawall.lifecycle.identify.models import Assessment
    from seawall.lifecycle.protect.models import Quote
    from seawall.lifecycle.protect.queries import quote as quotes
    from seawall.records import tenancy
    from seawall.records.parties.actions.tenant import insurer_of
    from seawall.records.parties.models import Tenant
    from seawall.records.parties.viewer import NotFound, Viewer

    with tenancy.inside(tenancy.EVERY):
        owner = (
            Assessment.objects.filter(pk=wanted).values_list("tenant", flat=True).first()
            or Quote.objects.filter(pk=wanted).values_list("tenant", flat=True).first()
        )
    if owner is None:
        raise NotFound("id")
    tenant = Tenant.objects.get(pk=owner)
    with tenancy.inside(tenant.pk):
        system = Viewer.system(tenant.pk, insurer_of(tenant).pk)
        if Assessment.objects.filter(pk=wanted).exists():
            equal, differing = assessments.replay(assessment=wanted, by=system, at=timezone.now())
        else:
            found = quotes.replay(system, wanted, at=timezone.now())
            equal, differing = found.same, [place for place, _old, _new in found.differences]
    click.echo(_("equal") if equal else _("not equal: %(parts)s") % {"parts": ", ".join(differing)})
    if not equal:
        say(_("The record, a release or the engine has changed."))
    return 0 if equal else NO
