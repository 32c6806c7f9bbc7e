"""What is typed on the municipality's own pages."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shared.forbidden_items import refuse_forbidden_text, refuse_forbidden_texts
from shared.forms import DayField
from tenancy import accounts, handlers
from tenancy.models import Handler, Staff, Standing
from tenancy.models.standing import BOUNDS
from tenancy.permissions import Role

DAY = _("例：令和8年4月1日、R8.4.1、2026/4/1")
LOGIN_NAME = RegexValidator(accounts.LOGIN_NAME, accounts.BadLoginName.words)


def reason_field(*, label: Any, max_length: int = 100) -> forms.CharField:
    """Why: what may never enter does not enter here either."""
    return forms.CharField(label=label, max_length=max_length, validators=[refuse_forbidden_text])


class ReasonForm(forms.Form):
    """Why: it stands in the history."""

    reason = reason_field(label=_("理由"))


class RoleForm(ReasonForm):
    """Another role, and why."""

    role = forms.ChoiceField(label=_("新しい役割"), choices=Role)
    field_order = ("role", "reason")


class AccountForm(forms.Form):
    """A new account."""

    login_name = forms.CharField(
        label=_("ログイン名"),
        help_text=_("例：yamada.t　あとから変更できません。使い回しもできません。"),
        max_length=40,
        validators=[LOGIN_NAME, refuse_forbidden_text],
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    display_name = forms.CharField(
        label=_("表示名"),
        max_length=40,
        validators=[refuse_forbidden_text],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label=_("所属"),
        max_length=60,
        help_text=_("例：見本市コールセンター"),
        validators=[refuse_forbidden_text],
    )
    role = forms.ChoiceField(label=_("役割"), choices=[("", _("選んでください")), *Role.choices])


class EntryFields(forms.Form):
    """What the register of named handlers says of somebody."""

    organisation_kind = forms.ChoiceField(
        label=_("組織の種別"), choices=Handler.OrganisationKind, initial="contractor"
    )
    position = forms.ChoiceField(label=_("区分"), choices=Handler.Position, initial="handler")
    consent_number = forms.CharField(
        label=_("再委託の承諾番号"),
        max_length=40,
        required=False,
        help_text=_("再委託先の方に必要です。"),
        validators=[refuse_forbidden_text],
    )
    from_on = DayField(label=_("従事の開始日"), help_text=DAY)
    until_on = DayField(label=_("従事の終了日"), required=False, help_text=DAY)
    trained_until = DayField(
        label=_("研修の有効期限"), help_text=_("この日を過ぎるとログインできなくなります。")
    )

    def clean(self) -> Any:
        """Dates in order; a sub-contractor with the ward's consent."""
        told = super().clean() or {}
        begins, ends = told.get("from_on"), told.get("until_on")
        if begins and ends and ends < begins:
            self.add_error("until_on", handlers.EndsBeforeItBegins.words)
        is_sub = told.get("organisation_kind") == Handler.OrganisationKind.SUBCONTRACTOR
        if is_sub and not told.get("consent_number"):
            self.add_error("consent_number", handlers.ConsentMissing.words)
        return told

    def entry(self) -> handlers.Entry:
        """It as an entry."""
        told = self.cleaned_data
        names = ("organisation", *EntryFields.base_fields)
        return handlers.Entry(
            person_name=told["display_name"], **{name: told[name] for name in names}
        )


class NewAccountForm(EntryFields, AccountForm):
    """A new account together with its entry in the register."""

    field_order = (
        "login_name", "display_name", "organisation", "role", *EntryFields.base_fields,
    )  # fmt: skip


class _StaffField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.login_name}）"


class EntryForm(EntryFields):
    """An entry of the register, and why it is written or changed."""

    display_name = forms.CharField(
        label=_("氏名"),
        max_length=40,
        validators=[refuse_forbidden_text],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label=_("所属"), max_length=60, validators=[refuse_forbidden_text]
    )
    staff = _StaffField(
        label=_("アカウント"), queryset=Staff.objects.none(), required=False,
        empty_label=_("なし（画面は使わない）"),
    )  # fmt: skip
    reason = reason_field(label=_("理由"))
    field_order = (
        "display_name", "organisation", *EntryFields.base_fields, "staff", "reason",
    )  # fmt: skip

    def __init__(
        self, *args: Any, accounts_to_list: QuerySet[Staff] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if accounts_to_list is None:
            del self.fields["staff"]
        else:
            field = self.fields["staff"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = accounts_to_list


class StandingForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    """The municipality's own words, numbers and hours."""

    reason = reason_field(label=_("変更の理由"))

    class Meta:
        model = Standing
        fields = (
            "programme", "programme_en", "short_name", "call_centre_number", "call_centre_hours",
            "call_centre_hours_en", "purpose_notice", "purpose_notice_en", "proxy_allowed",
            "roster_hour", "approved_on", "contract_from", "contract_until", "owning_section",
            "registered_business", "pledge", "handling_notice", *BOUNDS,
        )  # fmt: skip
        labels = {
            "staff_idle_minutes": _("職員：操作がないときにログアウトするまで（分）"),
            "staff_longest_hours": _("職員：ログインしていられる最長（時間）"),
            "resident_idle_minutes": _("住民：操作がないときに手続きを終えるまで（分）"),
            "resident_longest_minutes": _("住民：手続きの最長（分）"),
            "access_log_years": _("閲覧記録を保存する期間（年）"),
        }
        widgets = {
            "purpose_notice": forms.Textarea({"rows": 8}),
            "purpose_notice_en": forms.Textarea({"rows": 8, "lang": "en"}),
            "pledge": forms.Textarea({"rows": 6}),
            "handling_notice": forms.Textarea({"rows": 4}),
        }
        field_classes = {
            "approved_on": DayField, "contract_from": DayField, "contract_until": DayField,
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("short_name", "call_centre_number", "call_centre_hours", "purpose_notice"):
            self.fields[name].required = False
        refuse_forbidden_texts(self)
        for name in ("programme_en", "call_centre_hours_en", "purpose_notice_en"):
            self.fields[name].help_text = _("英語の画面に出ます。空のときは日本語のまま出ます。")
        self.fields["purpose_notice"].help_text = _(
            "予約の前に住民に示す文です。変えると版が一つ進み、予約ごとに同意した版が残ります。"
        )
        self.fields["pledge"].help_text = self.fields["handling_notice"].help_text = _(
            "職員が最初のログインで同意する文です。空のときは標準の文を使います。変えると、全員に改めて同意を求めます。"
        )
        self.fields["short_name"].help_text = _("SMSの初めに付く短い名前です。例：見本市")
        self.fields["roster_hour"] = forms.IntegerField(
            label=self.fields["roster_hour"].label, min_value=0, max_value=23
        )
        self.fields["roster_hour"].help_text = _(
            "毎日この時に、翌日の予約名簿を作ります（0〜23）。"
        )
        for name, (least, most) in BOUNDS.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, min_value=least, max_value=most,
                help_text=f"{least}〜{most}",
            )  # fmt: skip
        self.fields["proxy_allowed"].help_text = _(
            "家族などが本人に代わって電話で申し込むことを、自治体が承諾しているとき。"
        )


class PledgeForm(forms.Form):
    """Both boxes, and which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pledge = forms.BooleanField(label=_("誓約を読み、守ることを誓います"))
    notice = forms.BooleanField(label=_("取扱いの注意を読み、理解しました"))


class StageForm(forms.Form):
    """The next stage, and why now."""

    reason = reason_field(label=_("理由"), max_length=200)
