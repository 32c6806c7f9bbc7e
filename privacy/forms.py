"""What staff type to prove who they are."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import budgets, passkeys, second_factor, sign_in
from shared.forbidden_items import refuse_forbidden_text
from tenancy.models import Staff
from tenancy.second_factor import mark_proved

RUN_OUT = _("一時パスワードの期限が切れています。アカウントの担当者に再発行を依頼してください。")
CODE_WIDGET = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 20}


def password_field(label: Any, *, is_new: bool = False, **kwargs: Any) -> forms.CharField:
    """A field for a password; nothing typed is ever sent back."""
    autocomplete = "new-password" if is_new else "current-password"
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **kwargs)


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("ログイン名"),
            max_length=40,
            widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"] = password_field(_("パスワード"))
        self.order_fields(["login", "password"])

    def clean(self) -> Any:
        """Right credentials of an account whose one-time password still counts."""
        cleaned = super().clean()
        staff = getattr(self, "user", None)
        if isinstance(staff, Staff) and staff.has_run_out(at=timezone.now()):
            raise ValidationError(RUN_OUT, code="run_out")
        return cleaned


class CodeForm(forms.Form):
    """A code of the second factor, or a recovery code; tries are budgeted."""

    code = forms.CharField(
        label=_("認証コード"), max_length=20, widget=forms.TextInput(dict(CODE_WIDGET))
    )

    def __init__(self, *args: Any, user: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = user

    def clean_code(self) -> str:
        """Prove it, once."""
        code: str = self.cleaned_data["code"]
        key = str(self.staff.pk)
        if not sign_in.spend(sign_in.BY_CODE, key):
            raise ValidationError(sign_in.TOO_MANY, code="too_many")
        try:
            self.proved_by = second_factor.verify(staff=self.staff, code=code, at=timezone.now())
        except second_factor.CodeRefused as refusal:
            raise ValidationError(refusal.words, code="code") from refusal
        budgets.forget(kind=sign_in.BY_CODE, key=key)
        return code

    def save(self) -> None:
        """Tell the session and allauth that the second factor was proved."""
        mark_proved(context.request.session, self.staff, at=timezone.now())
        post_authentication(context.request, self.proved_by)


class StepUpForm(CodeForm):
    """The code once more; its names stay clear of the form that waits."""

    prefix = "step_up"


class PasskeyForm(forms.Form):
    """What a passkey answered; tries are budgeted with those of codes."""

    answer = forms.CharField(max_length=10_000)

    def __init__(
        self, *args: Any, user: Staff, state: dict[str, Any], place: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.state, self.place = user, state, place

    def clean_answer(self) -> str:
        """Prove it against the question that was asked."""
        answer: str = self.cleaned_data["answer"]
        key = str(self.staff.pk)
        if not sign_in.spend(sign_in.BY_CODE, key):
            raise ValidationError(sign_in.TOO_MANY, code="too_many")
        try:
            self.proved_by = passkeys.prove(
                staff=self.staff, state=self.state, answer=answer, place=self.place
            )
        except passkeys.PasskeyRefused as refusal:
            raise ValidationError(refusal.words, code="passkey") from refusal
        budgets.forget(kind=sign_in.BY_CODE, key=key)
        return answer

    def save(self) -> None:
        """Tell the session and allauth that the second factor was proved."""
        mark_proved(context.request.session, self.staff, at=timezone.now())
        post_authentication(context.request, self.proved_by)


class PasskeyName(forms.Form):
    """What somebody calls a passkey."""

    name = forms.CharField(
        label=_("パスキーの名前"),
        max_length=passkeys.LONGEST_NAME,
        help_text=_("例：机のパソコン、青いUSBキー"),
        validators=[refuse_forbidden_text],
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class SetUpForm(forms.Form):
    """The first code of a new secret."""

    code = forms.CharField(
        label=_("アプリに表示された6桁の数字"),
        max_length=20,
        widget=forms.TextInput(dict(CODE_WIDGET)),
    )

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        """Only somebody whose app knows the secret goes on."""
        code: str = self.cleaned_data["code"]
        if not second_factor.matches(secret=self.secret, code=code, at=timezone.now()):
            raise ValidationError(second_factor.CodeRefused.words, code="code")
        return code


class PasswordForm(forms.Form):
    """The present password, and a new one twice."""

    present = password_field(_("現在のパスワード"))
    new = password_field(_("新しいパスワード"), is_new=True)
    again = password_field(_("新しいパスワード（もう一度）"), is_new=True)

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.fields["new"].help_text = _(
            "15文字以上。文字の種類の決まりはありません。長い言葉の組み合わせをお勧めします。"
        )

    def clean_present(self) -> str:
        """The present password, budgeted like a sign-in."""
        present: str = self.cleaned_data["present"]
        key = str(self.staff.pk)
        if not sign_in.spend(sign_in.BY_CODE, key):
            raise ValidationError(sign_in.TOO_MANY, code="too_many")
        if not self.staff.check_password(present):
            raise ValidationError(_("現在のパスワードが違います。"), code="present")
        budgets.give_back(kind=sign_in.BY_CODE, key=key)
        return present

    def clean(self) -> Any:
        """A new password that is long, not common, and typed the same twice."""
        cleaned = super().clean() or {}
        new, again = cleaned.get("new"), cleaned.get("again")
        if not new:
            return cleaned
        if new == cleaned.get("present"):
            self.add_error("new", _("今までと違うパスワードにしてください。"))
        elif again and new != again:
            self.add_error("again", _("二つの新しいパスワードが一致しません。"))
        else:
            try:
                password_validation.validate_password(new, self.staff)
            except ValidationError as problem:
                self.add_error("new", problem)
        return cleaned
