"""What is typed about handovers: giving a medium, and what follows a giving."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import reason
from exchange.handover_steps import Step
from exchange.models import HandoverRecord
from tenancy import accounts
from tenancy.models import Staff
from tenancy.permissions import Permission

_MOST = 9_999_999


class _Other(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generics at run time
    """Somebody else who can answer, by name, sign-in name and organisation."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, queryset=Staff.objects.none(), empty_label="－")

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.login_name}）{obj.organisation}"


def _offer_others(form: forms.Form, *, me: Staff) -> None:
    """Whoever can answer, but for the one who writes."""
    field = form.fields["other"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = accounts.holding(Permission.ANSWER_HANDOVERS).exclude(pk=me.pk)


class GiveMedium(forms.Form):
    """A medium, or its notice, is given to somebody."""

    thing = forms.ChoiceField(
        label=_("渡したもの"),
        choices=HandoverRecord.Thing.choices[:2],
        widget=forms.RadioSelect,
        help_text=_("媒体とパスワード通知書は、別の機会に渡し、別の確認書にします。"),
    )
    rows = forms.IntegerField(label=_("データの件数"), min_value=1, max_value=_MOST)
    other = _Other(_("受け取った人"))

    def __init__(self, *args: Any, me: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_others(self, me=me)


class NextHandover(forms.Form):
    """Envelopes are delivered, or what was given comes back or is erased."""

    moment = forms.ChoiceField(label=_("区分"), widget=forms.RadioSelect)
    other = _Other(_("相手（納品・返却した人、消去の立会い）"))
    rows = forms.IntegerField(
        label=_("納品された数量"), min_value=0, max_value=_MOST, required=False
    )
    pulled = forms.IntegerField(label=_("抜取の数量"), min_value=0, max_value=_MOST, required=False)
    note = reason(
        _("方法、または違いの理由"),
        required=False,
        hint=_("納品の数が「渡した件数から抜取を除いた数」と違うときは、理由を必ず書きます。"),
    )

    def __init__(self, *args: Any, moments: list[str], me: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_others(self, me=me)
        field = self.fields["moment"]
        assert isinstance(field, forms.ChoiceField)
        words = dict(HandoverRecord.Moment.choices)
        field.choices = [(one, words[one]) for one in moments]
        if HandoverRecord.Moment.DELIVERED not in moments:
            del self.fields["rows"], self.fields["pulled"]

    def step(self) -> Step:
        """What was typed, as the verb takes it."""
        return Step(**self.cleaned_data)
