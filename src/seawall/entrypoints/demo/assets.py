"""What a seeded company has: a register of its own, one dispute that was rejected, one that waits."""

from __future__ import annotations

from datetime import datetime

from seawall.entrypoints.demo.lives import HOUR, Life
from seawall.lifecycle.identify.actions import dispute as disputes
from seawall.lifecycle.identify.actions import imported
from seawall.lifecycle.identify.models import Asset


def listed(life: Life, side: str, at: datetime) -> None:
    """A register with one device and one line that is wrong; then the disputes, the second with a file."""
    held = life.house.organisations[side]
    device, owner = life.mark.word(side, "device"), life.mark.word(side, "owner")
    text = f"名称,类型,IP地址,责任人,停止支持日期\n{device},设备,10.0.0.9,{owner},2024-06-30\n,设备,,,\n"
    upload = imported.Upload(f"{life.mark.word(side, 'register')}.csv", text.encode())
    imported.take(company=held.pk, upload=upload, by=life.broker(side), at=at)
    _rejected(life, side, Asset.objects.get(company=held, name=device), at + HOUR)
    host = f"{life.mark.word(side, 'host')}.{life.mark.domain(side)}"
    claim = disputes.Claim(
        Asset.objects.get(company=held, name=host).pk, "SW-HTTP-03", "compensated", life.mark.word(side, "dispute")
    )
    proof = disputes.Proof(*life.mark.paper(side, "dispute-file"))
    disputes.open_dispute(claim=claim, proof=proof, by=life.insured(side), at=at + HOUR)


def _rejected(life: Life, side: str, asset: Asset, at: datetime) -> None:
    claim = disputes.Claim(asset.pk, "", "not_ours", life.mark.word(side, "not-ours"))
    raised = disputes.open_dispute(claim=claim, by=life.broker(side), at=at)
    reason = life.mark.word(side, "dispute-reason")
    disputes.decide(dispute=raised.pk, uphold=False, reason=reason, by=life.who("underwriter"), at=at + HOUR)
