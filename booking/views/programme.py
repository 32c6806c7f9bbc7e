"""Choosing the programme, where more than one is open for somebody (事業を選ぶ)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import forms, programme_choice
from booking.errand import Errand, Level
from booking.views._doors import page, with_errand
from booking.views._keeping import let_go, onward
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.A, Level.W)
def programme(request: HttpRequest, errand: Errand) -> HttpResponse:
    """What is open by the date of birth; who has chosen before may choose anew."""
    at = timezone.now()
    found = programme_choice.open_for(errand.resident.born_on, at=at)
    if request.method != "POST":
        return page(request, "programme", programmes=found)
    form = forms.ChosenProgramme(request.POST)
    wanted = form.cleaned_data["programme"] if form.is_valid() else None
    if wanted not in {one.pk for one in found}:
        messages.error(request, _("一覧にある事業から選んでください。"))
        return redirect("booking:programme")
    let_go(errand)
    programme_choice.choose(errand, wanted)
    if errand.level == Level.W:
        return redirect("booking:waiting")
    return onward(request, errand)
