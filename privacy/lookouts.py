"""Verbs of the lookout (見張り): the nightly verification, the chainer's pulse, the ward's mailbox."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from privacy import alerts, chain_links, verifying
from privacy.alerts import Matter
from privacy.models import Alert, LogCheck, Lookout
from privacy.verifying import Report
from tenancy.current import municipality_atomic
from tenancy.models import Staff

LATE_SECONDS: Final = 60.0

type Send = Callable[[str, str, str], str]


def lookout() -> Lookout:
    """The municipality's one row; its defaults where nothing is written."""
    return Lookout.objects.filter(pk=1).first() or Lookout()


def change(*, values: dict[str, object], reason: str, by: Staff, at: datetime) -> Lookout:
    """Say where the ward is told what; who, when and why stand in the history."""
    with municipality_atomic():
        Lookout.objects.get_or_create(pk=1)
        row = Lookout.objects.select_for_update().get(pk=1)
        for name, value in values.items():
            setattr(row, name, value)
        vars(row).update(_history_user=by, _history_date=at, _change_reason=reason[:100])
        row.full_clean()
        row.save()
    return row


def mail_ward(*, subject: str, body: str) -> str:
    """Mail the ward's mailbox; "" when the server took it, else an error's name."""
    send: Send = import_string(settings.WAKU_WARD_MAIL)
    return send(lookout().mailbox, subject, body)


def verify(*, at: datetime) -> Report:
    """Verify the access log, keep that it was done, and raise what was found."""
    report = verifying.verify(at=at)
    LogCheck.objects.create(
        checked_at=at, links=report.links, entries=report.entries, findings=len(report.findings)
    )
    if not report.is_whole:
        kinds = ",".join(sorted({str(finding.kind) for finding in report.findings}))
        alerts.raise_about(
            Matter(Alert.Kind.CHAIN, "chain", len(report.findings), note=kinds), at=at
        )
    return report


def newest_check() -> LogCheck | None:
    """When the log was last verified, and how it stood."""
    return LogCheck.objects.order_by("-checked_at").first()


def feel_pulse(*, at: datetime) -> Alert | None:
    """Raise an alert where lines wait for their link far longer than the chainer takes."""
    backlog = chain_links.backlog()
    if not backlog.is_late(at=at, seconds=LATE_SECONDS):
        return None
    return alerts.raise_about(Matter(Alert.Kind.CHAINER, "chainer", backlog.entries), at=at)
