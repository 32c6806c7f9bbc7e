"""The guide of the demo (デモの手引き): who one can be, and what was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from config.demo import clerk, one_time_codes, people, received
from config.demo.cast import TOWNS, Town
from config.demo.guard import demo_page


@demo_page
def guide(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(
        request,
        "demo/guide.html",
        {
            **_accounts(),
            **_received(request),
            "residents": people.residents(at=timezone.now()),
            "towns": TOWNS,
            "extra": clerk.extra_list(town=_town(request), at=timezone.localtime()),
        },
    )


@demo_page
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts with the codes of this moment."""
    return render(request, "demo/accounts.html", _accounts())


@demo_page
def sent(request: HttpRequest) -> HttpResponse:
    """What carrier and mail server received so far."""
    return render(request, "demo/received.html", _received(request))


def _accounts() -> dict[str, object]:
    return {"accounts": people.accounts(), "seconds_left": one_time_codes.seconds_left()}


def _received(request: HttpRequest) -> dict[str, object]:
    town = _town(request)
    return {"messages_received": received.messages(town), "mails_received": received.mails(town)}


def _town(request: HttpRequest) -> Town:
    code = request.municipality.code  # type: ignore[attr-defined] # set by the entrance
    return next(town for town in TOWNS if town.code == code)
