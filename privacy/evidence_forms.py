"""What an auditor types: whose traces, an answer to an alert, the ward's own rules."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy import odd_use_rules, subjects
from privacy.models import Lookout, LookReview, OddUseRule
from privacy.traces import Asked
from shared.calendar import TOKYO, day_edges
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import DayField
from tenancy.forms import reason_field
from tenancy.models import Staff


class _StaffField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.login_name}）"


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("時刻を 09:30 のように入力してください。")},
    )


class TraceFilter(forms.Form):
    """Whose traces, by whom, during which call, from when until when."""

    staff = _StaffField(
        label=_("職員"), queryset=Staff.objects.none(), required=False, empty_label=_("すべて")
    )
    resident_id = forms.CharField(label=_("対象者の識別子"), required=False, max_length=40)
    call_id = forms.UUIDField(
        label=_("通話"),
        required=False,
        error_messages={"invalid": _("識別子の形になっていません。")},
    )
    day = DayField(label=_("日（から）"), required=False, help_text="")
    time_from = _clock(_("時刻（から）"))
    until_day = DayField(label=_("日（まで）"), required=False, help_text="")
    time_until = _clock(_("時刻（まで）"))

    def __init__(self, *args: Any, staff: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = staff

    def clean_resident_id(self) -> UUID | None:
        """A whole id, or its short form as it stands on the page."""
        words: str = self.cleaned_data["resident_id"]
        if not words:
            return None
        try:
            return subjects.find_by_reference(words)
        except subjects.NobodyFound as refusal:
            raise ValidationError(refusal.words, code="unknown") from refusal

    def clean(self) -> Any:
        """A time that ends after it begins."""
        cleaned = super().clean() or {}
        begins, ends = self._edges(cleaned)
        if begins and ends and begins >= ends:
            self.add_error("until_day", _("終わりを始まりより後にしてください。"))
        return cleaned

    def asked(self) -> Asked:
        """The question that was typed; an empty one where it cannot be read."""
        if not self.is_bound or not self.is_valid():
            return Asked()
        told = self.cleaned_data
        begins, ends = self._edges(told)
        staff = told.get("staff")
        return Asked(
            resident_id=told.get("resident_id"),
            staff_id=staff.pk if staff else None,
            call_id=told.get("call_id"),
            begins=begins,
            ends=ends,
        )

    def _edges(self, told: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
        first: date | None = told.get("day")
        last: date | None = told.get("until_day") or first
        begins = _at(first, told.get("time_from")) if first else None
        ends = None
        if last:
            until = told.get("time_until")
            ends = _at(last, until) if until else day_edges(last)[1]
        return begins, ends


def _at(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time(0), tzinfo=TOKYO)


class SubjectForm(forms.Form):
    """Whom a complaint is about; the number is looked up and kept nowhere."""

    number = forms.CharField(
        label=_("接種券番号・予約番号・電話番号"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class RevealForm(forms.Form):
    """Why a name must be seen."""

    resident_id = forms.UUIDField(widget=forms.HiddenInput())
    reason = reason_field(label=_("氏名を表示する理由"))


class AnswerForm(forms.Form):
    """What was found out about an alert."""

    answer = forms.CharField(
        label=_("確かめた結果"),
        max_length=200,
        help_text=_("だれに何を確かめ、どう判断したか。住民の氏名などは書かないでください。"),
        validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 2}),
    )


class ReviewForm(forms.Form):
    """Whether a look that was drawn is explained, and how one knows."""

    verdict = forms.ChoiceField(
        label=_("結果"), widget=forms.RadioSelect, choices=LookReview.Verdict.choices
    )
    words = forms.CharField(
        label=_("確かめたこと"),
        max_length=200,
        help_text=_("一文で。だれに何を確かめたか。住民の氏名などは書かないでください。"),
        validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )


class OddUseRuleForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    """One rule of odd use; only what its kind uses."""

    reason = reason_field(label=_("変更の理由"))

    class Meta:
        model = OddUseRule
        fields = ("is_on", "threshold", "factor", "days", "hours_from", "hours_until")
        widgets = {
            "hours_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "hours_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {"is_on", "reason", *odd_use_rules.USES.get(self.instance.kind, ())}
        for name in set(self.fields) - wanted:
            del self.fields[name]


class LookoutForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    """Where the ward is told what."""

    reason = reason_field(label=_("変更の理由"))

    class Meta:
        model = Lookout
        fields = (
            "mailbox", "heads_by_mail", "summary_by_mail", "review_permille", "review_days",
        )  # fmt: skip
        help_texts = {
            "mailbox": _("区の共用メールボックス。個人のアドレスは使わないでください。"),
        }

    def clean(self) -> Any:
        """Nothing can be sent to nowhere."""
        cleaned = super().clean() or {}
        if cleaned.get("heads_by_mail") and not cleaned.get("mailbox"):
            self.add_error("mailbox", _("送り先を入力してください。"))
        return cleaned
