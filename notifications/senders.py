"""Verbs and questions of the sender (差出人): whose account a message leaves from, and when."""

import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.channels.mail import MailAccount
from notifications.channels.sms import SmsAccount
from notifications.models.message import Kind, Message
from notifications.models.sender import Sender
from notifications.quiet_hours import QuietHours, next_permitted
from shared.calendar import TOKYO, day_edges, day_of
from tenancy import history, municipalities
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.directory.models import Host
from tenancy.models import Staff

KEPT_SECONDS = 2
RECEIPTS_PATH = "/receipts/sms/"


def sender() -> Sender:
    """The municipality's one row of sending settings; made with its defaults when first asked."""
    found = Sender.objects.filter(pk=1).first()
    return found or Sender.objects.get_or_create(pk=1)[0]


def as_set() -> Sender:
    """The settings for a page to show: the defaults where nobody set any; writes nothing."""
    return Sender.objects.filter(pk=1).first() or Sender(pk=1)


_kept: dict[str, tuple[float, Sender]] = {}


def kept() -> Sender:
    """The sender as this process read it within the last seconds: for the carrier's many calls."""
    code, now = current().code, time.monotonic()
    known = _kept.get(code)
    if known is None or known[0] <= now:
        known = _kept[code] = (now + KEPT_SECONDS, sender())
    return known[1]


def forget_kept() -> None:
    """Drop what this process keeps: after the sender was changed here."""
    _kept.clear()


class SenderRefused(Exception):
    """Settings that cannot be; `words` are fit for the page, `item` names the field."""

    words: str | Promise
    item = ""


class ChangedMeanwhile(SenderRefused):
    """Somebody else changed them after this page was opened."""

    words = _("ほかの職員が先に変更しました。内容を確かめて、もう一度入力してください。")


class ReasonMissing(SenderRefused):
    """Every change says why."""

    words = _("理由を入力してください。")
    item = "reason"


class TokenMissing(SenderRefused):
    """The secret of another account does not fit this one."""

    words = _("アカウントを変えるときは、トークンも入力してください。")
    item = "token"


class NeverOnTheEve(SenderRefused):
    """Reminders would begin when the evening is quiet already."""

    words = _("この時刻から先は送信しない時間のため、前日に送れません。")
    item = "remind_from"


def change(
    *,
    values: Mapping[str, Any],
    token: str = "",
    based_on: int,
    reason: str,
    by: Staff,
    at: datetime,
) -> Sender:
    """Change settings; who, what, when and why stand in their history. An empty token stays."""
    if not reason.strip():
        raise ReasonMissing
    sender()
    with municipality_atomic():
        row = Sender.objects.select_for_update(no_key=True).get(pk=1)
        if based_on != version(row):
            raise ChangedMeanwhile
        before = {name: getattr(row, name) for name in values}
        if values.get("sms_account", row.sms_account) not in {row.sms_account, ""} and not token:
            raise TokenMissing
        for name, value in values.items():
            setattr(row, name, value)
        _check_eve(row)
        if token:
            row.sms_token = token
        if token or before != dict(values):
            history.save(row, reason=reason.strip(), by=by, at=at)
    on_commit(forget_kept)
    return row


def version(row: Sender) -> int:
    """Which change is the newest; 0 before the first."""
    newest = row.history.aggregate(newest=Max("history_id"))["newest"]
    return int(newest or 0)


def _check_eve(row: Sender) -> None:
    quiet = quiet_hours(row)
    eve = datetime(2000, 1, 1, tzinfo=TOKYO)
    begins = eve.replace(hour=row.remind_from.hour, minute=row.remind_from.minute)
    if day_of(next_permitted(quiet=quiet, at=begins)) != day_of(eve):
        raise NeverOnTheEve


def reminders_of(day: date) -> dict[str, int]:
    """What became of the reminders promised on a day: how many by state."""
    begins, ends = day_edges(day)
    rows = Message.objects.filter(
        kind=Kind.REMINDER, created_at__gte=begins, created_at__lt=ends
    ).values("state")
    return {row["state"]: row["count"] for row in rows.annotate(count=Count("pk")).order_by()}


def set_up(
    *,
    sms_account: str,
    sms_token: str,
    sms_name: str,
    mail_address: str,
    by: Staff | None,
    at: datetime,
) -> Sender:
    """Say which accounts this municipality sends from; the token is sealed."""
    with municipality_atomic():
        row = Sender.objects.select_for_update().get(pk=sender().pk)
        row.sms_account, row.sms_token, row.sms_name = sms_account, sms_token, sms_name
        row.mail_address = mail_address
        vars(row).update(_history_user=by, _history_date=at, _change_reason="bin/manage sender")
        row.full_clean(exclude=["sms_token"])
        row.save()
    on_commit(forget_kept)
    return row


def quiet_hours(row: Sender) -> QuietHours:
    """When people are left in peace."""
    return QuietHours(row.quiet_from, row.quiet_until)


def receipt_url() -> str:
    """Where the carrier tells us; from the directory, never from a request."""
    return municipalities.base_url(current(), Host.Kind.HOOKS) + RECEIPTS_PATH


def sms_account_of(row: Sender) -> SmsAccount | None:
    """The account at the carrier, or None while there is none."""
    if not (row.sms_account and row.sms_token and row.sms_name):
        return None
    return SmsAccount(
        sid=row.sms_account,
        token=row.sms_token,
        sender=row.sms_name,
        receipt_url=receipt_url(),
        carrier_url=settings.WAKU_CARRIER_URL,
    )


def mail_account_of(row: Sender) -> MailAccount | None:
    """The mail account, or None while there is none."""
    if not row.mail_address:
        return None
    return MailAccount(sender=row.mail_address)
