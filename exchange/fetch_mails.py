"""Verb: tell the ward's mailbox that a file with people left (T07); the letter names nobody."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localtime

from exchange.models import Parcel, ParcelEvent
from exchange.parcels import record
from privacy import lookouts

log = logging.getLogger(__name__)

#: A mail server that takes nothing is tried again at each sweep for so long.
TRIED_FOR: Final = timedelta(days=7)
_AT_ONCE: Final = 20


def tell_due(*, at: datetime) -> int:
    """Mail what was fetched and not yet told; the fetch itself is the promise, so none is lost."""
    if not lookouts.lookout().mailbox:
        return 0
    told = ParcelEvent.objects.filter(what=ParcelEvent.What.WARD_TOLD).values("parcel")
    fetched = ParcelEvent.objects.filter(
        what=ParcelEvent.What.FETCHED, happened_at__gt=at - TRIED_FOR
    ).exclude(parcel__in=told)
    count = 0
    for event in fetched.select_related("parcel")[:_AT_ONCE]:
        error = lookouts.mail_ward(subject=_subject(event.parcel), body=_letter(event))
        if error:
            log.warning("the ward was not told of a fetched file: %s", error)
            break
        record(event.parcel, ParcelEvent.What.WARD_TOLD, by=None, at=at)
        count += 1
    return count


def _subject(parcel: Parcel) -> str:
    return f"個人情報のファイルを引き渡しました（{parcel.number}）"


def _letter(event: ParcelEvent) -> str:
    parcel = event.parcel
    return (
        f"受渡し番号: {parcel.number}\n"
        f"レイアウト: {parcel.layout}\n"
        f"基準日: {parcel.base_date:%Y-%m-%d}\n"
        f"件数: {parcel.rows or 0}件\n"
        f"引渡し日時: {localtime(event.happened_at):%Y-%m-%d %H:%M}\n"
        f"SHA-256: {parcel.sha256}\n\n"
        "承認した人と受け取った人は、職員用画面の確認書に記録されています。\n"
        "心当たりのないときは、すぐに管理者に連絡してください。\n"
    )
