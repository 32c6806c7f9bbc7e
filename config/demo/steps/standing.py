"""What the municipality says of itself: programme, call centre, purpose notice."""

from datetime import timedelta

from django.utils import timezone

from config.demo.cast import TOWNS
from shared.calendar import day_of
from tenancy import municipalities as known
from tenancy.current import municipality_atomic, serving
from tenancy.models.standing import Standing
from tenancy.standings import standing

NOTICE = (
    "お預かりした情報は、集団予防接種の予約の受付、変更、取消し、お知らせのためだけに使い、"
    "市の保健予防課に渡します。ほかの目的には使いません。"
)

NOTICE_EN = (
    "We use what you enter only to take, change and cancel vaccination bookings and to send you "
    "notices, and we pass it to the city's health section. We use it for nothing else."
)


def standings() -> str:
    """Words for both municipalities, once."""
    for town in TOWNS:
        with serving(known.find(code=town.code)), municipality_atomic():
            row = Standing.objects.select_for_update().get(pk=standing().pk)
            if not row.short_name:
                _introduce(row, short_name=town.name)
    return "0120-000-000"


def _introduce(row: Standing, *, short_name: str) -> None:
    today = day_of(timezone.now())
    row.short_name = short_name
    row.programme = "新型感染症 集団接種（デモ）"
    row.programme_en = "Group vaccination demo"
    row.call_centre_number = "0120-000-000"
    row.call_centre_hours = "毎日 9時から17時まで（デモのため、つながりません）"
    row.call_centre_hours_en = "every day 9:00 to 17:00 (not connected in the demo)"
    row.purpose_notice, row.purpose_notice_en = NOTICE, NOTICE_EN
    row.proxy_allowed = True
    row.approved_on = row.contract_from = today - timedelta(days=30)
    row.contract_until = today + timedelta(days=335)
    row.save()
