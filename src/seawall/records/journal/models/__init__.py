from seawall.records.journal.models.counter import Counter
from seawall.records.journal.models.entry import Entry
from seawall.records.journal.models.idempotency import IdempotencyKey

__all__ = ["Counter", "Entry", "IdempotencyKey"]
