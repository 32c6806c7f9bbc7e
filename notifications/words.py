"""The words of a message, finished before the transaction begins (文面)."""

from dataclasses import dataclass

from notifications.models.message import Carrier, Kind


@dataclass(frozen=True)
class Words:
    """What is sent: the subject (mail only), the body, and the version they come from."""

    subject: str
    body: str
    version: int


SMS = {
    (
        "ja",
        Kind.CONFIRMED,
    ): "【{municipality}】{date}{time} {venue}の予約を受け付けました。確認・変更→{link}",
    ("ja", Kind.MOVED): "【{municipality}】予約を{date}{time} {venue}に変更しました。確認→{link}",
    (
        "ja",
        Kind.CANCELLED,
    ): "【{municipality}】{date}{time} {venue}の予約を取り消しました。再予約→{link}",
    (
        "ja",
        Kind.REMINDER,
    ): "【{municipality}】明日{date}{time} {venue}の予約日です。確認・変更→{link}",
    ("ja", Kind.DAY_CLOSED): "【{municipality}】{date} {venue}は休止します。変更のご案内→{link}",
    (
        "en",
        Kind.CONFIRMED,
    ): "[{municipality}] Booked: {date} {time}, {venue}. View or change: {link}",
    ("en", Kind.MOVED): "[{municipality}] Moved to {date} {time}, {venue}. View: {link}",
    ("en", Kind.CANCELLED): "[{municipality}] Cancelled: {date} {time}, {venue}. {link}",
    (
        "en",
        Kind.REMINDER,
    ): "[{municipality}] Tomorrow {date} {time}, {venue}. View or change: {link}",
    ("en", Kind.DAY_CLOSED): "[{municipality}] {venue} is closed on {date}. See {link}",
}
SUBJECTS = {
    ("ja", Kind.CONFIRMED): "予約を受け付けました",
    ("ja", Kind.MOVED): "予約を変更しました",
    ("ja", Kind.CANCELLED): "予約を取り消しました",
    ("ja", Kind.REMINDER): "明日は予約日です",
    ("ja", Kind.DAY_CLOSED): "会場の休止のお知らせ",
    ("en", Kind.CONFIRMED): "Your reservation",
    ("en", Kind.MOVED): "Your reservation was moved",
    ("en", Kind.CANCELLED): "Your reservation was cancelled",
    ("en", Kind.REMINDER): "Your reservation is tomorrow",
    ("en", Kind.DAY_CLOSED): "Your venue is closed",
}


def finished(*, kind: Kind, carrier: Carrier, language: str, values: dict[str, str]) -> Words:
    """The finished words of one message; a language without words of its own speaks Japanese."""
    key = (language, kind) if (language, kind) in SMS else ("ja", kind)
    subject = SUBJECTS[key] if carrier == Carrier.MAIL else ""
    return Words(subject, SMS[key].format(**values), 1)
