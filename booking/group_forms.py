"""What somebody types who books for several people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking import group_claims
from booking.forms import VoucherField
from booking.models import Reservation
from shared.forms import DayField
from venues.models import Channel


class OptionalVoucher(VoucherField):
    """A voucher number, or nothing on a line that is not used."""

    def clean(self, value: Any) -> Any:
        """The line; None where nothing was typed."""
        return super().clean(value) if str(value or "").strip() else None


class TogetherForm(forms.Form):
    """Two people or more, by whom, and that all of them agreed."""

    speaker = forms.ChoiceField(label=_("手続きをしている方"), widget=forms.RadioSelect)
    consent = forms.BooleanField(
        error_messages={"required": group_claims.ConsentMissing.words}, required=True
    )
    mark = forms.RegexField(r"^[0-9a-f]{16}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        labels = dict(Reservation.Speaker.choices)
        speaker = self.fields["speaker"]
        assert isinstance(speaker, forms.ChoiceField)
        speaker.choices = [(one, labels[one]) for one in group_claims.speakers(Channel.WEB)]
        speaker.initial = speaker.choices[0][0]
        self.fields["consent"].label = group_claims.consent_words()
        self.fields["mark"].initial = group_claims.consent_mark()
        for number in range(1, most + 1):
            words = {"n": number}
            self.fields[f"voucher{number}"] = OptionalVoucher(
                required=False, label=_("%(n)s人目の接種券番号（10桁）") % words, help_text=""
            )
            self.fields[f"born_on{number}"] = DayField(
                required=False, label=_("%(n)s人目の生年月日") % words
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each person."""
        numbers = range(1, self.most + 1)
        return [(self[f"voucher{number}"], self[f"born_on{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        """Each line whole or empty, two at least, nobody twice, and the sentence in force."""
        cleaned = super().clean() or {}
        numbers = range(1, self.most + 1)
        for number in numbers:
            pair = (cleaned.get(f"voucher{number}"), cleaned.get(f"born_on{number}"))
            if any(pair) and not all(pair) and not self._is_wrong(number):
                self.add_error(
                    f"born_on{number}" if pair[0] else f"voucher{number}",
                    _("接種券番号と生年月日の両方を入力してください。"),
                )
        vouchers = [found for n in numbers if (found := cleaned.get(f"voucher{n}"))]
        if len({one.voucher_number for one in vouchers}) < len(vouchers):
            raise ValidationError(_("同じ接種券番号が二度入力されています。"), code="twice")
        if not self.errors and len(vouchers) < group_claims.FEWEST:
            raise ValidationError(_("2人以上の方を入力してください。"), code="few")
        if cleaned.get("mark") != group_claims.consent_mark():
            shown: Any = self.data
            self.data = shown.copy()
            self.data["mark"] = group_claims.consent_mark()  # type: ignore[index]  # a copy may be written
            self.add_error("consent", group_claims.ConsentMissing.words)
        return cleaned

    def _is_wrong(self, number: int) -> bool:
        return f"voucher{number}" in self.errors or f"born_on{number}" in self.errors

    @property
    def people(self) -> list[tuple[Any, Any]]:
        """Voucher and date of birth of each."""
        told = self.cleaned_data
        found = [(told[f"voucher{n}"], told[f"born_on{n}"]) for n in range(1, self.most + 1)]
        return [(line, born_on) for line, born_on in found if line]
