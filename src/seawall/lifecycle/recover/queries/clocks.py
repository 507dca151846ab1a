"""The days that the Insurance Law of China gives the insurer, counted from the claim's own dates.

Articles as commonly read; counsel checks them. Art. 23: assessment within 30 days of the claim where the case is
complex, payment within 10 days of the agreement. Art. 24: a refusal with reasons within 3 days of the decision.
Art. 25: what is certain is paid in advance within 60 days of claim and proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Least

from seawall.lifecycle.recover.models import Claim, Closure, Determination, Payment

JUDGED = ("passed", "failed", "partly")
ASSESS, PAY, REFUSE, ADVANCE = timedelta(days=30), timedelta(days=10), timedelta(days=3), timedelta(days=60)
TITLES = {
    "assess": {"zh": "核定责任", "en": "Assess the claim"},
    "advance": {"zh": "先予支付可确定的数额", "en": "Pay in advance what is certain"},
    "pay": {"zh": "履行赔偿义务", "en": "Pay what was agreed"},
    "refuse": {"zh": "发出拒赔通知书并说明理由", "en": "Refuse in writing, with reasons"},
}
LAWS = {
    "assess": {"zh": "保险法第二十三条", "en": "Insurance Law art. 23"},
    "advance": {"zh": "保险法第二十五条", "en": "Insurance Law art. 25"},
    "pay": {"zh": "保险法第二十三条", "en": "Insurance Law art. 23"},
    "refuse": {"zh": "保险法第二十四条", "en": "Insurance Law art. 24"},
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One day of the law: `due` is the last day; `done_on` when it was done, None while it is not."""

    code: str
    due: date
    done_on: date | None
    overdue: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "title": TITLES[self.code],
            "law": LAWS[self.code],
            "due": self.due,
            "done_on": self.done_on,
            "overdue": self.overdue,
        }


def clocks(claim: Claim, *, on: date) -> list[Clock]:
    """The clocks that have started, as they stand on a day; what was done late stays overdue."""
    day = claim.policy.day
    judged = [*claim.determinations.filter(outcome__in=JUDGED).values_list("recorded_at", flat=True)]
    paid = [day(at) for at in claim.payments.order_by("recorded_at").values_list("recorded_at", flat=True)]
    denied = claim.closures.filter(kind="denied").order_by("recorded_at").values_list("recorded_at", flat=True)
    told = [_clock("assess", claim.assess_by, day(min(judged)) if judged else None, on)]
    if claim.deny_by is not None:
        told.append(_clock("refuse", claim.deny_by, day(denied[0]) if denied else None, on))
    settled = (claim.status == "closed" or bool(denied)) and not paid
    if claim.advance_by is not None and not settled:
        told.append(_clock("advance", claim.advance_by, paid[0] if paid else None, on))
    if claim.pay_by is not None and not settled:
        done = paid[-1] if paid and claim.outstanding == 0 else None
        told.append(_clock("pay", claim.pay_by, done, on))
    return told


def with_next_day(found: QuerySet[Claim]) -> QuerySet[Claim]:
    """The same, each with `next_day`: the earliest day of `clocks` that is still to be met, None where nothing runs."""

    def there(rows: QuerySet[Any]) -> Exists:
        return Exists(rows.filter(claim=OuterRef("pk")))

    judged = there(Determination.objects.filter(outcome__in=JUDGED))
    denied, paid = there(Closure.objects.filter(kind="denied")), there(Payment.objects.all())

    def day(field: str, runs: Q) -> Case:
        return Case(When(runs, then=F(field)), default=Value(None), output_field=DateField())

    found = found.annotate(is_judged=judged, is_denied=denied, is_paid=paid)
    settled = (Q(status="closed") | Q(is_denied=True)) & Q(is_paid=False)
    days = (
        day("assess_by", Q(is_judged=False) & ~Q(status="closed")),
        day("deny_by", Q(is_denied=False) & ~Q(status="closed")),
        day("advance_by", Q(is_paid=False) & ~settled),
        day("pay_by", (Q(is_paid=False) | Q(approved__gt=F("paid"))) & ~settled),
    )
    return found.annotate(next_day=Least(*days))


def _clock(code: str, due: date, done_on: date | None, on: date) -> Clock:
    return Clock(code, due, done_on, (done_on or on) > due)
