"""The gallery: every part of the design system on one page."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shared.forms import DayField, DigitsField, EraDateField, KanaField, PhoneField
from shared.masthead import Link, Masthead
from shared.month import FEW, FULL, OPEN, Mark, MonthPage, month_page


class GalleryForm(forms.Form):
    """One field of each sort."""

    number = DigitsField(length=10, label="番号", help_text="通知書の右上にある10桁の数字です。")
    born_on = EraDateField(label="生年月日", help_text="例：昭和25年4月1日")
    kana_name = KanaField(label="氏名（カナ）", max_length=60, required=False)
    phone = PhoneField(label="電話番号", help_text="ハイフンはあってもなくてもかまいません。")
    mail = forms.EmailField(label="メールアドレス", required=False)
    day = DayField(label="日付（職員用）", required=False)
    choice = forms.ChoiceField(
        label="連絡方法",
        choices=[("sms", "ショートメッセージ"), ("mail", "メール")],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label="理由", choices=[("", "選んでください"), ("a", "電話での依頼")]
    )
    words = forms.CharField(label="備考", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="上の内容を確認しました")


class UploadForm(forms.Form):
    """A file."""

    file = forms.FileField(label="ファイル", help_text=".7z または .zip（AES-256）")


def gallery(request: HttpRequest, variant: str = "resident") -> HttpResponse:
    """Every part of the design system, for residents or for staff."""
    return render(request, "ui/gallery.html", _facts(variant=variant))


def _facts(*, variant: str) -> dict[str, Any]:
    typed = {
        "number": "12345",
        "born_on_year": "64",
        "born_on_month": "1",
        "born_on_day": "8",
        "born_on_era": "昭和",
        "phone": "0120-000-000",
    }
    wrong = GalleryForm({f"wrong-{name}": value for name, value in typed.items()}, prefix="wrong")
    return {
        "base": f"ui/base_{variant}.html",
        "masthead": _masthead(variant=variant),
        "form": GalleryForm(auto_id="fine_%s"),
        "wrong": wrong,
        "upload": UploadForm(auto_id="upload_%s"),
        "month": _month(),
        "marks": (OPEN, FEW, FULL),
        "times": [("10:00", OPEN), ("10:15", FEW), ("10:30", FULL), ("10:45", OPEN)],
        "terms": [
            ("番号", "0000-0001"),
            ("日時", "2027年4月7日(水) 10:15"),
            ("場所", "見本会館 2階"),
        ],
        "page": Paginator(range(200), 10).page(4),
        "tones": ("neutral", "info", "positive", "caution", "negative", "strong"),
    }


def _masthead(*, variant: str) -> Masthead:
    words = ["受付", "予定表", "連絡", "ファイル", "設定"]
    return Masthead(
        name="見本市",
        service="予約受付サイト" if variant == "resident" else "業務画面",
        phone="03-0000-0000",
        hours="8時30分から19時まで（毎日）",
        links=[
            Link(label="個人情報の取り扱い", url="#1"),
            Link(label="アクセシビリティ方針", url="#2"),
        ],
        navigation=[
            Link(label=word, url=f"#nav-{number}", is_current=number == 1, number=3 * (number == 2))
            for number, word in enumerate(words)
        ],
        staff_name="見本 花子" if variant == "staff" else "",
        printed_by="見本市 見本 花子（hanako）" if variant == "staff" else "",
        sign_out_url="#out" if variant == "staff" else "",
    )


def _month() -> MonthPage:
    first = date(2027, 4, 1)
    marks: dict[date, Mark] = {}
    for number in range(29):
        day = first + timedelta(days=number)
        if day.weekday() not in {0, 3}:
            marks[day] = (OPEN, OPEN, FEW, FULL)[number % 4]
    urls = {day: f"?day={day}" for day, one in marks.items() if one is not FULL}
    return month_page(
        year=2027,
        month=4,
        marks=marks,
        urls=urls,
        chosen=date(2027, 4, 7),
        later_url="?month=2027-05",
    )
