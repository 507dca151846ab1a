"""From the operator's settings, or a command's options, to the one way out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seawall.core.problems import Refused
from seawall.technology.net import Egress, networks


class BadNetwork(Refused):
    """A range, a name server or a port mapping is malformed."""

    code = "egress.malformed"
    status = 422


def operators_egress() -> Egress:
    """The one way out, as the operator has set it; needs the site's settings."""
    from django.conf import settings

    return egress_from(
        allow=settings.SCAN_ALLOW,
        resolver=settings.SCAN_RESOLVER,
        ports=settings.SCAN_PORTS,
        roots=settings.SCAN_ROOTS,
        rate=settings.SCAN_RATE,
    )


def egress_from(
    *, allow: Sequence[str] = (), resolver: str = "", ports: Sequence[str] = (), roots: str = "", rate: float = 2.0
) -> Egress:
    """`allow`: CIDR ranges beyond the public Internet; `resolver`: address:port; `ports`: "443:8443" for a lab;
    `roots`: a PEM file of further trusted certificates. Raises `BadNetwork`.
    """
    try:
        address, _, port = resolver.rpartition(":")
        return Egress(
            allow=networks(allow),
            resolver=(address, int(port)) if resolver else None,
            ports={int(a): int(b) for a, _, b in (pair.partition(":") for pair in ports)},
            roots=Path(roots).read_text(encoding="utf-8") if roots else "",
            rate=rate,
        )
    except (ValueError, OSError) as error:
        raise BadNetwork("allow", text=str(error)) from error
