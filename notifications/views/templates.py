"""Doors: the words of messages, for the ward officer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from notifications import message_templates, presenters
from notifications.forms import NewWords
from notifications.message_templates import Template, TemplateRefused, UnknownTemplate
from notifications.wording import NotSayable
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

EDITOR = staff_may(Permission.EDIT_TEMPLATES, fresh=Fresh.TO_CHANGE)


@require_safe
@policy(EDITOR)
def all_templates(request: HttpRequest) -> HttpResponse:
    """Every kind of message with the words in force."""
    lines = [presenters.TemplateLine(one) for one in message_templates.all_in_force()]
    return render(request, "notifications/templates.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(EDITOR)
def one_template(request: HttpRequest, kind: str, carrier: str, language: str) -> HttpResponse:
    """The words in force, their earlier versions, and a form for new ones."""
    try:
        found = message_templates.in_force(kind=kind, carrier=carrier, language=language)
    except UnknownTemplate as unknown:
        raise Http404 from unknown
    if request.method != "POST":
        form = NewWords(
            of=found,
            initial={"text": found.text, "subject": found.subject, "based_on": found.version},
        )
        return _page(request, found, form)
    form = NewWords(request.POST, of=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if "look" in request.POST:
        return _page(request, found, form)
    return _publish(request, found, form)


def _publish(request: HttpRequest, found: Template, form: NewWords) -> HttpResponse:
    given = form.cleaned_data
    try:
        message_templates.publish(
            of=found,
            based_on=given["based_on"],
            subject=given.get("subject", ""),
            text=given["text"],
            reason=given["reason"],
            by=staff_of(request),
            at=timezone.now(),
        )
    except TemplateRefused as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, found, form, status=409)
    except NotSayable as refusal:
        form.add_error("text", refusal.problems)
        return _page(request, found, form, status=422)
    messages.success(request, _("新しい文面にしました。次に作る通知から使います。"))
    return redirect("notifications:template", found.kind, found.carrier, found.language)


def _page(
    request: HttpRequest, found: Template, form: NewWords, *, status: int = 200
) -> HttpResponse:
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context = {
        "line": presenters.TemplateLine(found),
        "form": form,
        "gaps": presenters.gaps(found),
        "current": presenters.preview(
            carrier=found.carrier,
            language=found.language,
            subject=found.subject,
            text=found.text,
        ),
        "looked_at": presenters.preview(
            carrier=found.carrier,
            language=found.language,
            subject=given.get("subject", ""),
            text=given["text"],
        )
        if given
        else None,
        "versions": message_templates.versions(
            kind=found.kind, carrier=found.carrier, language=found.language
        ),
    }
    return render(request, "notifications/template.html", context, status=status)
