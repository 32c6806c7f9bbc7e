"""Doors: alerts about the access log, their answers, the ward's rules, the week on paper (警告)."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy import alerts, lookouts, odd_use_rules, weeks
from privacy.evidence_forms import AnswerForm, LookoutForm, OddUseRuleForm
from privacy.models import Alert
from privacy.presenters import AlertLine, chain_state
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

LINES: Final = 50
READERS: Final = staff_may(Permission.SEE_ACCESS_LOG)
RULERS: Final = staff_may(Permission.EDIT_RULES, fresh=Fresh.TO_CHANGE)


@policy(READERS)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every alert, the open ones by default."""
    wants_all = "all" in request.GET
    rows = alerts.everything() if wants_all else alerts.open_ones()
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    facts = {
        "lines": [AlertLine(alert) for alert in page],
        "page": page,
        "wants_all": wants_all,
        "chain": chain_state(at=timezone.now()),
        "may_rule": staff_of(request).may(Permission.EDIT_RULES),
    }
    return render(request, "privacy/alerts.html", facts)


@policy(READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """One alert, and its answer."""
    try:
        alert = alerts.find(alert_id)
    except alerts.NoSuchAlert as unknown:
        raise Http404 from unknown
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            words, by = form.cleaned_data["answer"], staff_of(request)
            try:
                alerts.answer(alert=alert, words=words, by=by, at=timezone.now())
            except alerts.AnswerRefused as refusal:
                form.add_error(None, str(refusal.words))
                status = 409
            else:
                messages.success(request, _("回答を記録しました。"))
                return redirect("privacy:alerts")
    return render(request, "privacy/alert.html", {"line": AlertLine(alert), "form": form}, status=status)  # fmt: skip


@policy(READERS)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """One week in counts, for the screen and for paper."""
    this_week = weeks.week_of(timezone.localdate())
    first_day = weeks.week_of(_day(request.GET.get("first_day")) or this_week - timedelta(days=7))
    following = first_day + timedelta(days=7)
    facts = {
        "week": weeks.summary(first_day=first_day),
        "before": first_day - timedelta(days=7),
        "following": following if following <= this_week else None,
    }
    return render(request, "privacy/week.html", facts)


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


@policy(RULERS)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of odd use and the ward's mailbox; each is sent by itself, with a reason."""
    sent = request.POST.get("which", "")
    found = odd_use_rules.everything()
    forms = {
        kind: OddUseRuleForm(request.POST if sent == kind else None, instance=row, prefix=kind)
        for kind, row in found.items()
    }
    mailbox = LookoutForm(
        request.POST if sent == "mailbox" else None, instance=lookouts.lookout(), prefix="mailbox"
    )
    form = mailbox if sent == "mailbox" else forms.get(sent)
    if form is not None and form.is_valid():
        values = dict(form.cleaned_data)
        reason, by, now = values.pop("reason"), staff_of(request), timezone.now()
        if form is mailbox:
            lookouts.change(values=values, reason=reason, by=by, at=now)
        else:
            odd_use_rules.change(kind=sent, values=values, reason=reason, by=by, at=now)
        messages.success(request, _("変更しました。"))
        return redirect("privacy:alert_rules")
    facts = {
        "rules": [(Alert.Kind(kind).label, kind, one) for kind, one in forms.items()],
        "mailbox": mailbox,
    }
    return render(request, "privacy/alert_rules.html", facts, status=422 if sent else 200)
