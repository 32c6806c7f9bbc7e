"""Doors: the programmes of a municipality, and how their doses belong together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import programme_changes
from booking.models import ProgrammeRule
from booking.presenters.programmes import rule_terms
from booking.programme_forms import ProgrammeForm, ProgrammeRuleForm
from booking.views.rules import CHANGES, found_or_404, keep_by_form, me
from tenancy import history
from tenancy.policies import policy
from venues import programmes
from venues.models import Programme


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A programme: a new one, or its form."""
    one = found_or_404(programmes.find(pk)) if pk else Programme(position=_next_position())
    form = ProgrammeForm(request.POST or None, instance=one)

    def keep() -> None:
        programme_changes.keep(
            programme=form.save(commit=False), reason=form.cleaned_data["reason"],
            by=me(request), at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("事業を保存しました。"))

    facts = {"heading": _("事業を変える") if pk else _("事業を追加する"),
             "submit": _("保存する"), "changes": history.changes_of(one) if pk else []}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


@policy(CHANGES)
@require_http_methods(["GET", "POST"])
def programme_rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """How the doses of a programme belong together: a new rule, or one not yet in force."""
    one = found_or_404(programme_changes.find_rule(pk)) if pk else ProgrammeRule()
    at = timezone.now()
    in_force = bool(one.pk) and one.effective_from <= localdate(at)
    chosen = {"programme": request.GET["programme"]} if "programme" in request.GET else {}
    form = ProgrammeRuleForm(request.POST or None, instance=one, initial=chosen)

    def keep() -> None:
        programme_changes.keep_rule(
            rule=form.save(commit=False), reason=form.cleaned_data["reason"], by=me(request), at=at
        )
        messages.success(request, _("事業の決まりを保存しました。"))

    facts = {"heading": _("事業の決まりを変える") if pk else _("事業の決まりを追加する"),
             "submit": _("保存する"), "in_force": in_force,
             "terms": rule_terms(one) if in_force else [], "is_programme": True,
             "changes": history.changes_of(one) if pk else []}  # fmt: skip
    return keep_by_form(request, form, keep, facts)


def _next_position() -> int:
    return max((one.position for one in programmes.everything()), default=0) + 1
