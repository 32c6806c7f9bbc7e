"""Door: the second factor once more, before what weighs most (再確認)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from privacy import access_log, forms, kept_posts
from privacy.views._passkeys import question_of
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from tenancy.second_factor import mark_proved


@policy(staff_may(Permission.STAFF_HOME))
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def step_up(request: HttpRequest) -> HttpResponseBase:
    """Ask; who has proved it goes on to the page that was wanted, or sends once more what waits.

    A door that wants a fresh second factor hands its own request in: then what it sent waits here.
    """
    staff = staff_of(request)
    if request.path != reverse("step_up"):
        kept = kept_posts.of(request) if request.method == "POST" else None
        waiting = kept_posts.wrapped(kept, staff=staff) if kept else ""
        return _ask(request, forms.StepUpForm(user=staff), waiting=waiting, status=403)
    waiting = request.POST.get("waiting", "")
    form = forms.StepUpForm(request.POST or None, user=staff)
    if request.method != "POST" or not form.is_valid():
        wrong = form.is_bound
        if wrong:
            access_log.record(what="step_up", succeeded=False, by=staff, at=timezone.now())
        return _ask(request, form, waiting=waiting, status=422 if wrong else 200)
    return go_on(request, staff, waiting=waiting)


def go_on(request: HttpRequest, staff: Staff, *, waiting: str) -> HttpResponse:
    """The second factor is fresh: another key for the session, and on."""
    now = timezone.now()
    mark_proved(request.session, staff, at=now)
    request.session.cycle_key()
    access_log.record(what="step_up", by=staff, at=now)
    kept = kept_posts.opened(waiting, staff=staff) if waiting else None
    if kept is not None:
        return render(request, "privacy/sign_in/go_on.html", {"kept": kept})
    return redirect(_wanted(request))


def ask_again(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The page once more, with what waits: a passkey has proved nothing."""
    form = forms.StepUpForm(user=staff)
    return _ask(request, form, waiting=request.POST.get("waiting", ""), status=422)


def _ask(
    request: HttpRequest, form: forms.StepUpForm, *, waiting: str, status: int
) -> HttpResponse:
    facts = {
        "form": form,
        "waiting": waiting,
        "wanted": _wanted(request),
        "passkey": question_of(request, staff_of(request)),
    }
    return render(request, "privacy/sign_in/step_up.html", facts, status=status)


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith("/") else "/"
