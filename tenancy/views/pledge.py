"""Door: the pledge and the notice, before anything else opens (誓約)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from tenancy import forms, pledges, second_factor
from tenancy.policies import SIGNED_IN, policy, staff_of


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest) -> HttpResponseBase:
    """Read and accept both; whoever has done so may read them here again."""
    staff = staff_of(request)
    if staff.must_change_password:
        return redirect("account_change_password")
    if not second_factor.is_set_up(staff):
        return second_factor.set_up_page(request)
    shown = pledges.shown()
    form = forms.PledgeForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        try:
            pledges.accept(version=form.cleaned_data["version"], by=staff, at=timezone.now())
        except pledges.OtherVersion as refusal:
            form = forms.PledgeForm(initial={"version": shown.version})
            return _page(request, form, shown, refusal=str(refusal.words), status=409)
        return redirect(_wanted(request))
    return _page(request, form, shown, status=422 if form.is_bound else 200)


def _page(
    request: HttpRequest,
    form: forms.PledgeForm,
    shown: pledges.Shown,
    *,
    refusal: str = "",
    status: int,
) -> HttpResponse:
    staff = staff_of(request)
    facts = {
        "form": form,
        "shown": shown,
        "refusal": refusal,
        "wanted": _wanted(request),
        "is_accepted": pledges.has_pledged(request.session, staff),
        "accepted": pledges.newest_of(staff),
    }
    return render(request, "tenancy/pledge.html", facts, status=status)


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith("/") else "/"
