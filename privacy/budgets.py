"""Verbs on failure budgets (失敗回数の枠): limits that hold without Valkey (safety.md 6.4).

Failures are budgeted, not locked: a budget fills up again by itself when its window ends. Spend
before the answer is looked up and give back when it was right, so that many at once cannot slip
through between a look and a count. Spend outside of a transaction that may be rolled back.
"""

import ipaddress
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import F

from privacy import sealing
from privacy.models import FailureBudget
from shared import metrics
from tenancy.current import current

# One statement; rivals queue on the row, so each of them sees its own count.
SPEND = """
INSERT INTO privacy_failurebudget AS kept (kind, key_index, count, ends_at)
VALUES (%(kind)s, %(key)s, 1, %(ends_at)s::timestamptz)
ON CONFLICT (kind, key_index) DO UPDATE SET
    count = CASE WHEN kept.ends_at <= %(at)s::timestamptz THEN 1 ELSE kept.count + 1 END,
    ends_at = CASE WHEN kept.ends_at <= %(at)s::timestamptz THEN excluded.ends_at
              ELSE kept.ends_at END
RETURNING count
"""


def spend(*, kind: str, key: str, limit: int, window: timedelta, at: datetime) -> bool:
    """Count one try for this key; False when the budget of the window is used up."""
    values: dict[str, str | bytes | datetime] = {
        "kind": kind,
        "key": _index(kind, key),
        "ends_at": at + window,
        "at": at,
    }
    with connections[current().database].cursor() as cursor:
        cursor.execute(SPEND, values)
        (count,) = cursor.fetchone()
    if count > limit:
        metrics.BUDGETS.labels(kind).inc()
        return False
    return True


def give_back(*, kind: str, key: str) -> None:
    """Take one try back: it was right."""
    rows = FailureBudget.objects.filter(kind=kind, key_index=_index(kind, key), count__gt=0)
    rows.update(count=F("count") - 1)


def forget(*, kind: str, key: str) -> None:
    """Forget all that this key has spent: whoever it stands for has proved themselves."""
    FailureBudget.objects.filter(kind=kind, key_index=_index(kind, key)).delete()


def is_spent(*, kind: str, key: str, limit: int, at: datetime) -> bool:
    """Whether the next try would be refused; counts nothing."""
    rows = FailureBudget.objects.filter(kind=kind, key_index=_index(kind, key))
    return rows.filter(ends_at__gt=at, count__gte=limit).exists()


def sweep(*, at: datetime) -> int:
    """Drop every budget whose window has ended; the count of those dropped."""
    return FailureBudget.objects.filter(ends_at__lte=at).delete()[0]


def network_of(address: str) -> str:
    """The network a budget is kept for: an IPv4 address, the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _index(kind: str, key: str) -> bytes:
    return sealing.blind_index(f"budget:{kind}", key)
