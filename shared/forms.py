"""Fields that take what people really type: eras, full-width figures, telephone numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared import calendar, kana, phone

WESTERN = "西暦"
ERA_CHOICES = (
    (WESTERN, _("西暦")),
    ("令和", _("令和")),
    ("平成", _("平成")),
    ("昭和", _("昭和")),
    ("大正", _("大正")),
)
FIGURES = {"inputmode": "numeric", "autocomplete": "off"}


class EraDateWidget(forms.MultiWidget):
    """Year, month and day as three text fields, with the era beside the year."""

    template_name = "ui/widgets/era_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "year": forms.TextInput(FIGURES | {"size": 6, "maxlength": 12}),
                "month": forms.TextInput(FIGURES | {"size": 3, "maxlength": 2}),
                "day": forms.TextInput(FIGURES | {"size": 3, "maxlength": 2}),
                "era": forms.RadioSelect(choices=ERA_CHOICES),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        """A stored day in western years; nothing yet: the western calendar is chosen."""
        if isinstance(value, date):
            return [value.year, value.month, value.day, WESTERN]
        return [None, None, None, WESTERN]


class EraDateField(forms.MultiValueField):
    """A day in 西暦 or 和暦; an era written into the year field (S25, 昭和25) counts too."""

    default_error_messages = {
        "required": _("年・月・日を入力してください。"),
        "incomplete": _("年・月・日をすべて入力してください。"),
        "invalid": _("年・月・日は数字で入力してください。"),
        "future": _("今日より後の日付は入力できません。"),
        "era": _("年が2桁のときは、昭和・平成などの元号も選んでください。"),
    }
    widget = EraDateWidget

    def __init__(self, *, until: Any = None, **kwargs: Any) -> None:
        self.until = until
        parts = (
            forms.CharField(required=False),
            forms.CharField(required=False),
            forms.CharField(required=False),
            forms.ChoiceField(choices=ERA_CHOICES, required=False),
        )
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        """The day, or None where nothing was typed and nothing is asked for."""
        year, month, day, era = [str(part or "").strip() for part in (value or [])] or [""] * 4
        if not (year or month or day):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        found = self._day(year, month, day, era or WESTERN)
        if self.until is not None and found > self.until():
            raise ValidationError(self.error_messages["future"], code="future")
        return found

    def _day(self, year: str, month: str, day: str, era: str) -> date:
        if not (year and month and day):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        names_its_era = not calendar.fold(year)[:1].isdigit() and year != "元"
        if era == WESTERN and not names_its_era and len(calendar.fold(year)) <= 2:
            raise ValidationError(self.error_messages["era"], code="era")
        prefix = "" if era == WESTERN or names_its_era else era
        try:
            return calendar.parse_day(f"{prefix}{year}年{month}月{day}日")
        except calendar.DateRefused as refusal:
            raise ValidationError(str(refusal.words), code="invalid") from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the typed day is another one."""
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class DayField(forms.CharField):
    """A day in one text field, in any form people write it; for those who type all day long."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(FIGURES | {"inputmode": "text"}))
        kwargs.setdefault("help_text", _("例：昭和25年4月1日、S25.4.1、1950/4/1、19500401"))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        """The day, or None where nothing was typed and nothing is asked for."""
        words = super().clean(value)
        if not words:
            return None
        try:
            return calendar.parse_day(words)
        except calendar.DateRefused as refusal:
            raise ValidationError(str(refusal.words), code="invalid") from refusal

    def prepare_value(self, value: Any) -> Any:
        """A stored day as 和暦."""
        return calendar.format_wareki(value) if isinstance(value, date) else value


class PhoneField(forms.CharField):
    """A telephone number of Japan; the cleaned value is a `shared.phone.Phone`."""

    default_error_messages = {
        "text_only": _("ショートメッセージを受け取れる携帯電話の番号を入力してください。"),
    }

    def __init__(self, *, kinds: Sequence[phone.PhoneKind] = (), **kwargs: Any) -> None:
        self.kinds = tuple(kinds)
        kwargs.setdefault(
            "widget", forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "type": "tel"})
        )
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """The number, or None where nothing was typed and nothing is asked for."""
        words = super().clean(value)
        if not words:
            return None
        try:
            found = phone.parse(words)
        except phone.PhoneRefused as refusal:
            raise ValidationError(str(refusal.words), code="invalid") from refusal
        if self.kinds and found.kind not in self.kinds:
            raise ValidationError(self.error_messages["text_only"], code="text_only")
        return found


class DigitsField(forms.CharField):
    """A number of so many figures, kept as text; full width, spaces and dashes are folded."""

    default_error_messages = {
        "digits": _("数字%(length)s桁で入力してください。"),
    }
    width = "medium"

    def __init__(self, *, length: int, **kwargs: Any) -> None:
        self.length = length
        kwargs.setdefault("widget", forms.TextInput(dict(FIGURES)))
        super().__init__(max_length=length * 3, **kwargs)

    def clean(self, value: Any) -> str:
        """The figures alone."""
        words = super().clean(value)
        if not words:
            return ""
        digits = calendar.fold(words).replace("-", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) == self.length):
            raise ValidationError(
                self.error_messages["digits"], code="digits", params={"length": self.length}
            )
        return digits


class KanaField(forms.CharField):
    """A name in kana; hiragana and half width are taken and kept as full-width katakana."""

    default_error_messages = {"kana": _("ひらがなまたはカタカナで入力してください。")}

    def clean(self, value: Any) -> str:
        """The name in full-width katakana."""
        words: str = super().clean(value)
        if words and not kana.is_kana(words):
            raise ValidationError(self.error_messages["kana"], code="kana")
        return kana.katakana(words)
