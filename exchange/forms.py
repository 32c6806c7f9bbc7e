"""What is typed at the exchange: a file and what it is, a password, reasons, a day."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exchange import spool
from exchange.incident_packs import Wish
from exchange.intake import Declared
from exchange.layouts.reading import ENCODINGS
from exchange.models import HandoverAnswer, Parcel
from exchange.rosters import ASKED_FOR
from exchange.uploads import SpooledUpload, SpoolHandler
from privacy import subjects
from privacy.incidents import Scope
from shared import calendar
from shared.forbidden_items import refuse_forbidden_text
from shared.forms import DayField
from tenancy import accounts
from tenancy.models import Staff


def reason(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """A reason in words; what may never enter does not enter here either."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=200,
        help_text=hint,
        validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 2}),
    )


class SealedFileField(forms.FileField):
    """A container; its content goes straight into the spool."""

    def __init__(self) -> None:
        super().__init__(
            label=_("暗号化したファイル"),
            help_text=_("AES-256で暗号化した .zip、またはファイル名も暗号化した .7z。200 MBまで。"),
            error_messages={"required": _("ファイルを選んでください。")},
        )


def say_refusal(form: forms.Form, handler: SpoolHandler | None) -> None:
    """What the spool refused stands beside the file."""
    if handler is not None and handler.refusal is not None:
        form.errors.pop("file", None)
        form.add_error("file", handler.refusal.words)


def spooled_of(form: forms.Form) -> spool.Spooled:
    """The container in the spool."""
    upload = form.cleaned_data["file"]
    assert isinstance(upload, SpooledUpload)
    return upload.spooled


def abandon(form: forms.Form) -> None:
    """Take the container away again: the form was not accepted."""
    upload = form.files.get("file")
    if isinstance(upload, SpooledUpload):
        spool.erase(upload.spooled.name)


class HandIn(forms.Form):
    """A sealed file, and what the officer says about it."""

    base_date = DayField(label=_("基準日"), help_text=_("例：令和8年5月1日、2026/5/1"))
    rows = forms.IntegerField(
        label=_("件数"),
        min_value=1,
        help_text=_("見出しを除いた行の数。読み込んだ数と照合します。"),
    )
    load = forms.ChoiceField(
        label=_("全件・差分"),
        choices=Parcel.Load,
        initial=Parcel.Load.FULL,
        widget=forms.RadioSelect,
    )
    encoding = forms.ChoiceField(
        label=_("文字コード"),
        choices=list(ENCODINGS.items()),
        initial="cp932",
        widget=forms.RadioSelect,
        help_text=_("Excelで「CSV（コンマ区切り）」として保存したものは Shift_JIS です。"),
    )
    is_dummy = forms.BooleanField(
        label=_("ダミーデータです（実在の人の情報を含みません）"), required=False
    )
    repeat_reason = reason(
        _("同じファイルを再び渡す理由"),
        required=False,
        hint=_("同じファイルを渡すときだけ書きます。"),
    )
    file = SealedFileField()

    def __init__(self, *args: Any, handler: SpoolHandler | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._handler = handler

    def clean(self) -> dict[str, Any]:
        """What the spool refused is said beside the file."""
        say_refusal(self, self._handler)
        return super().clean() or self.cleaned_data

    def declared(self) -> Declared:
        """What was said, as the verb takes it."""
        said = {key: value for key, value in self.cleaned_data.items() if key != "file"}
        return Declared(**said)


class Unlock(forms.Form):
    """The password that came by another way."""

    password = forms.CharField(
        label=_("パスワード"),
        strip=False,
        max_length=200,
        help_text=_("別の機会に受け取ったパスワード通知書のとおりに入力してください。"),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )


class Commit(forms.Form):
    """Letting a list in; rows with errors need a reason to be left out."""

    partial_reason = reason(_("誤りのない行だけを取り込む理由"), required=False)
    compared = forms.BooleanField(
        label=_("区が数えた件数と照合しました"),
        error_messages={"required": _("件数を照合してから承認してください。")},
    )

    def __init__(self, *args: Any, errors_left: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not errors_left:
            del self.fields["partial_reason"]


class GiveBack(forms.Form):
    """Why a list goes back."""

    reason = reason(_("差戻しの理由"))


class RetryRoster(forms.Form):
    """The day a roster is wanted for."""

    day = DayField(label=_("接種予約日"), help_text=_("例：令和8年6月15日、2026/6/15"))


class AskRoster(RetryRoster):
    """A day, and what its roster is for."""

    purpose = forms.ChoiceField(
        label=_("利用目的"),
        choices=[(one.value, one.label) for one in ASKED_FOR],
        initial=Parcel.Purpose.VISIT_DAY,
        widget=forms.RadioSelect,
        help_text=_("目的はファイルの中と確認書に残ります。目的ごとに件数の上限があります。"),
    )


class Correction(forms.Form):
    """What a handover record should have said."""

    rows = forms.IntegerField(label=_("数量（件）"), min_value=0)
    note = reason(_("訂正の理由"))

    def clean_note(self) -> str:
        """It must leave room for the name of who corrects."""
        note = str(self.cleaned_data["note"])
        if len(note) > 100:
            raise ValidationError(_("100文字までで書いてください。"))
        return note


class AnswerHandover(forms.Form):
    """What the other side says to a handover record."""

    what = forms.ChoiceField(label=_("回答"), choices=HandoverAnswer.What, widget=forms.RadioSelect)
    words = reason(_("異議の内容"), required=False, hint=_("異議があるときに書きます。"))


class _People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no generics at run time
    """Accounts by the name of their owner, as the register has it, and the login name."""

    def label_from_instance(self, obj: Any) -> str:
        entry = getattr(obj, "handler", None)
        name = entry.person_name if entry else obj.display_name
        return f"{name}（{obj.login_name}）{obj.organisation}"


class AskIncident(forms.Form):
    """What an incident pack is about: a time, and where known the accounts and residents."""

    first_day = DayField(label=_("期間（から）"))
    last_day = DayField(label=_("期間（まで）"))
    staff = _People(
        label=_("職員"),
        queryset=Staff.objects.none(),
        required=False,
        help_text=_("選ばなければ全員"),
        widget=forms.CheckboxSelectMultiple,
    )
    residents = forms.CharField(
        label=_("対象者の識別子"),
        required=False,
        max_length=20_000,
        help_text=_("閲覧記録に表示される識別子を、一行に一つ。書かなければ全員"),
        validators=[refuse_forbidden_text],
        widget=forms.Textarea({"rows": 3}),
    )
    known_on = DayField(label=_("事故を知った日"))
    reason = reason(_("調べる理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = accounts.everybody().select_related("handler")

    def clean_residents(self) -> tuple[UUID, ...]:
        """Every reference, whole."""
        found = []
        for words in self.cleaned_data["residents"].split():
            try:
                found.append(subjects.find_by_reference(words))
            except subjects.NobodyFound as refusal:
                problem = f"{words}: {refusal.words}"
                raise ValidationError(problem, code="unknown") from refusal
        return tuple(found)

    def wish(self) -> Wish:
        """What was typed, as the verb wants it."""
        told = self.cleaned_data
        scope = Scope(
            begins=calendar.day_start(told["first_day"]),
            ends=calendar.day_edges(told["last_day"])[1],
            staff_ids=tuple(one.pk for one in told["staff"]),
            resident_ids=told["residents"],
        )
        return Wish(scope, told["reason"], calendar.day_start(told["known_on"]))
