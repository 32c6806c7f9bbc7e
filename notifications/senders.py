"""Verbs and questions of the sender (差出人): whose account a message leaves from, and when."""

import time
from datetime import datetime

from django.conf import settings

from notifications.channels.mail import MailAccount
from notifications.channels.sms import SmsAccount
from notifications.models.sender import Sender
from notifications.quiet_hours import QuietHours
from tenancy import municipalities
from tenancy.current import current, municipality_atomic, on_commit
from tenancy.directory.models import Host
from tenancy.models import Staff

KEPT_SECONDS = 2
RECEIPTS_PATH = "/receipts/sms/"


def sender() -> Sender:
    """The municipality's one row of sending settings; made with its defaults when first asked."""
    found = Sender.objects.filter(pk=1).first()
    return found or Sender.objects.get_or_create(pk=1)[0]


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
        vars(row).update(_history_user=by, _history_date=at)
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
