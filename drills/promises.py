"""Messages in the outbox, and the carrier's own log to hold them against."""

import json
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bench.stage import SID, TOKEN
from bench.towns import at_home
from drills.findings import Findings
from drills.ground import Ground
from notifications import invariants, outbox, senders
from notifications.models import Message
from notifications.models.message import Kind, State

SAID = (State.ACCEPTED, State.SENT, State.DELIVERED)
MAIL_ADDRESS = "waku@mihon.example"


def set_up_sender(*, per_second: int, at: datetime) -> None:
    """The served municipality's account at the carrier, at this pace."""
    row = senders.set_up(
        sms_account=SID, sms_token=TOKEN, sms_name="Mihon", mail_address=MAIL_ADDRESS, by=None,
        at=at,
    )  # fmt: skip
    row.sms_per_second, row.sms_daily_cap = per_second, 1_000_000
    row.save()
    senders.forget_kept()


def promise(recipients: Iterable[str], *, at: datetime) -> None:
    """One confirmation each, due now."""
    outbox.enqueue_all(
        [
            Message(
                id=uuid.uuid4(), kind=Kind.CONFIRMED, reference=uuid.uuid4(),
                person_id=uuid.uuid4(), carrier="mail" if "@" in one else "sms", recipient=one,
                subject="予約のお知らせ" if "@" in one else None,
                body=f"【見本市】{uuid.uuid4().hex[:8]}", not_before=at,
                not_after=at + timedelta(days=14), created_at=at, changed_at=at,
            )
            for one in recipients
        ]
    )  # fmt: skip


def asked(ground: Ground, path: str) -> Any:
    """What the simulator says of itself."""
    address = f"http://127.0.0.1:{ground.ports['carrier']}/_control/{path}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def told(ground: Ground, path: str, said: dict[str, Any]) -> None:
    """Tell the simulator how to behave."""
    address = f"http://127.0.0.1:{ground.ports['carrier']}/_control/{path}"
    request = urllib.request.Request(address, json.dumps(said).encode(), method="PUT")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - loopback


def accepted(ground: Ground) -> Counter[str]:
    """How often the carrier or the mail server took something for each recipient: their own log."""
    texts = Counter(str(one["to"]) for one in asked(ground, "messages"))
    mails = Counter(to for one in asked(ground, "mail") for to in one["recipients"])
    return texts + mails


def check(ground: Ground, findings: Findings, recipients: list[str]) -> None:
    """Nobody got it twice; who got nothing is on a person's list; nothing is without an end."""
    taken = accepted(ground)
    with at_home(ground.town.code):
        rows = list(Message.objects.all())
        listed = set(Message.objects.for_a_person().values_list("pk", flat=True))
        broken = invariants.broken()
        by_state = Counter(row.state for row in rows)
        doubles = sum(count - 1 for count in taken.values())
        claimed = [r for r in rows if r.state in SAID and not taken[r.recipient]]
        silent = [r for r in rows if r.state not in SAID and r.pk not in listed]
        unknown = by_state[State.UNKNOWN]
    findings.say("promised", len(recipients), "messages")
    findings.must_reach("accepted", sum(1 for r in recipients if taken[r]), len(recipients) // 2, "messages")  # fmt: skip
    findings.must_be_none("doubles", doubles, "messages accepted again")
    findings.must_be_none("claimed_but_not_sent", len(claimed), "messages")
    findings.must_be_none("silent", len(silent), f"messages on nobody's list: {dict(by_state)}")
    findings.say("unknown", unknown, "messages, all on a person's list")
    findings.must_be_none("forgotten", len(recipients) - len(rows), "messages")
    findings.must_hold(broken)
