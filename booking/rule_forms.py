"""What ward officers type about the rules of booking."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from booking.models import BookingRules, ChangeRules, PriorityGroup, VaccineCourse
from shared.calendar import TOKYO
from shared.forbidden_items import refuse_forbidden_text, refuse_forbidden_texts
from shared.forms import EraDateField
from tenancy.history import LONGEST_REASON
from venues.forms import of_several
from venues.models import Vaccine


def reason_field() -> forms.CharField:
    """Why: kept with every change."""
    return forms.CharField(
        label=_("理由"),
        max_length=LONGEST_REASON,
        validators=[refuse_forbidden_text],
        help_text=_("だれが・いつ変えたかとともに記録に残ります。"),
        error_messages={"required": _("理由を入力してください。")},
    )


class Reason(forms.Form):
    """Only why."""

    reason = reason_field()


class Stop(Reason):
    """What people read or hear while a channel is stopped, and why."""

    words = forms.CharField(
        label=_("停止中の案内"),
        max_length=200,
        required=False,
        validators=[refuse_forbidden_text],
        help_text=_("住民の画面に出て、電話でも読み上げます。空のときは「ただいま予約の受付を停止しています。」と出ます。"),
    )  # fmt: skip
    field_order = ("words", "reason")


class CutOffs(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """Cut-offs and the contact that is asked for."""

    reason = reason_field()

    class Meta:
        model = BookingRules
        fields = (
            "change_until_hours", "cancel_until_hours", "contact_needed", "phone_takes_web",
            "phone_takes_walk_in", "phone_takes_reserve", "rest_minutes",
        )  # fmt: skip
        help_texts = {
            "rest_minutes": _(
                "インターネットの枠だけです。キャンセル待ちの方が先です。残りは、この時間までのいつか（毎回くじ）に空きへ戻り、取消を待ち構える機械に先回りされません。0ですぐに戻ります。"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("change_until_hours", "cancel_until_hours"):
            self.fields[name].width = "short"  # type: ignore[attr-defined]
            self.fields[name].validators.append(MaxValueValidator(24 * 30))


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """A priority group, by dates of birth."""

    born_from = EraDateField(
        label=_("この日以後に生まれた人"), required=False, help_text=_("空のときは下限なしです。")
    )
    born_until = EraDateField(
        label=_("この日以前に生まれた人"), required=False, help_text=_("空のときは上限なしです。")
    )
    opens_on = forms.DateField(
        label=_("予約受付を始める日"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    opens_at = forms.TimeField(
        label=_("その時刻"),
        initial=time(9, 0),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    reason = reason_field()

    class Meta:
        model = PriorityGroup
        fields = ("position", "name", "name_en", "born_from", "born_until", "is_external")
        help_texts = {
            "position": _("小さい数から順に当てはめます。はじめに当てはまった区分になります。"),
            "is_external": _("予約の画面では案内だけを出します。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            opens = self.instance.bookable_from.astimezone(TOKYO)
            self.initial.update({"opens_on": opens.date(), "opens_at": opens.time()})
        refuse_forbidden_texts(self)
        for name in ("position", "opens_at"):
            self.fields[name].width = "short"  # type: ignore[attr-defined]
        self.fields["opens_on"].width = "medium"  # type: ignore[attr-defined]

    def group(self) -> PriorityGroup:
        """The typed group, not yet kept."""
        found: PriorityGroup = self.save(commit=False)
        typed = self.cleaned_data
        found.bookable_from = datetime.combine(typed["opens_on"], typed["opens_at"], tzinfo=TOKYO)
        return found


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """The rules of one vaccine from a day on."""

    vaccine = forms.ModelChoiceField(
        label=_("ワクチン"), queryset=Vaccine.objects.none(), empty_label=_("選んでください")
    )
    doses = forms.IntegerField(label=_("接種回数"), min_value=1, max_value=9, initial=2)
    earliest_days = forms.IntegerField(
        label=_("次の接種まで（最短日数）"), min_value=1, max_value=730, initial=19,
        help_text=_("これより早い日は選べません。"),
    )  # fmt: skip
    standard_days = forms.IntegerField(
        label=_("次の接種まで（標準日数）"), min_value=1, max_value=730, initial=21,
        help_text=_("はじめにすすめる日です。"),
    )  # fmt: skip
    latest_days = forms.IntegerField(
        label=_("次の接種まで（最長日数）"), min_value=1, max_value=1460, required=False,
        help_text=_("これより遅い日は選べません。空のときは上限なしです。"),
    )  # fmt: skip
    minimum_age = forms.IntegerField(
        label=_("対象年齢（歳以上）"), min_value=0, max_value=120, initial=16,
        help_text=_("接種日の満年齢で判定します。"),
    )  # fmt: skip
    reason = reason_field()

    class Meta:
        model = VaccineCourse
        fields = (
            "programme", "vaccine", "effective_from", "doses", "earliest_days", "standard_days",
            "latest_days", "minimum_age", "guideline",
        )  # fmt: skip
        widgets = {"effective_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "effective_from": _("この日以後の接種に適用します。予約済みの接種はそのままです。"),
            "guideline": _("例：新型コロナウイルス感染症に係る予防接種の手引き 第2.1版"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vaccine = self.fields["vaccine"]
        assert isinstance(vaccine, forms.ModelChoiceField)
        vaccine.queryset = Vaccine.objects.order_by("maker", "name")
        of_several(self)
        refuse_forbidden_texts(self)
        self.fields["effective_from"].width = "medium"  # type: ignore[attr-defined]
        for name in ("doses", "earliest_days", "standard_days", "latest_days", "minimum_age"):
            self.fields[name].width = "short"  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """Intervals and days are looked at by the verb, with words for this page."""


class ChangeRulesForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """How often, until when, and what becomes of the later doses, for one programme."""

    reason = reason_field()

    class Meta:
        model = ChangeRules
        fields = (
            "most_moves", "change_until_hours", "cancel_until_hours", "staff_may_pass",
            "later_dose",
        )  # fmt: skip
        widgets = {"later_dose": forms.RadioSelect}
        help_texts = {
            "most_moves": _("空のときは数えません。オペレーターが変えた分は数えません。"),
            "change_until_hours": _("空のときは「締切と連絡先」のとおりです。"),
            "cancel_until_hours": _("空のときは「締切と連絡先」のとおりです。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (
            ("most_moves", 99), ("change_until_hours", 24 * 30), ("cancel_until_hours", 24 * 30),
        ):  # fmt: skip
            self.fields[name].width = "short"  # type: ignore[attr-defined]
            self.fields[name].validators.append(MaxValueValidator(most))


class GroupsForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    """Who may book several people at once, how many, and what they acknowledge."""

    group_most = forms.IntegerField(
        label=_("インターネットで一度に予約できる人数"), min_value=2, max_value=10
    )
    group_most_by_phone = forms.IntegerField(
        label=_("電話で一度に予約できる人数"), min_value=2, max_value=60
    )
    reason = reason_field()

    class Meta:
        model = BookingRules
        fields = (
            "group_on_web", "group_most", "group_speakers", "group_most_by_phone", "group_consent",
        )  # fmt: skip
        help_texts = {
            "group_on_web": _("「代理の申込みへの承諾」（基本設定）があるときだけ使えます。"),
            "group_consent": _("空のときは、全員の同意を得ていることを確かめる文が出ます。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_forbidden_texts(self)
        for name in ("group_most", "group_most_by_phone"):
            self.fields[name].width = "short"  # type: ignore[attr-defined]


def is_in_force(course: VaccineCourse, at: datetime) -> bool:
    """Whether people may have been booked under this rule already."""
    return bool(course.pk) and course.effective_from <= localdate(at)
