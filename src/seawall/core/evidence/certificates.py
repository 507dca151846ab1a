"""What a company's certificates say about its controls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from seawall.core.evidence.controls import CertificateRule, Controls
from seawall.core.evidence.items import Evidence
from seawall.core.submission.model import Certificate


def evidence_from_certificates(
    certificates: Iterable[Certificate], controls: Controls, *, as_of: date
) -> tuple[Evidence, ...]:
    """The evidence of every certificate whose standard has a rule; a standard without one says nothing."""
    return tuple(
        piece
        for certificate in certificates
        if certificate.standard in controls.certificates
        for piece in _evidence(certificate, controls.certificates[certificate.standard], as_of=as_of)
    )


def _evidence(certificate: Certificate, rule: CertificateRule, *, as_of: date) -> tuple[Evidence, ...]:
    """One piece per control that the standard speaks of, good through the certificate's last day.

    A certificate names no day of issue; it is taken to have been issued one cycle before its last day, but never later
    than `as_of`.
    """
    issued = min(certificate.valid_until - rule.cycle, as_of)
    return tuple(
        Evidence(
            control=reading.control,
            source="certificate",
            says=reading.says,
            reliability=reading.reliability,
            observed_on=issued,
            expires_on=certificate.valid_until + timedelta(days=1),
            ref=f"certificate:{certificate.standard}",
        )
        for reading in rule.readings
    )
