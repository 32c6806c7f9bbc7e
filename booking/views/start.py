"""The first page, and the pages that explain (最初のページ)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking import free_places, group_claims, lottery
from booking.free_places import Wanted
from booking.presenters.chooser import Chooser
from booking.presenters.groups import group_lines
from booking.rulebook import rulebook
from booking.views._doors import page
from tenancy.policies import PUBLIC, policy
from venues.models import Channel


@policy(PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, who may book when, what is free, whom to telephone."""
    at, book = timezone.now(), rulebook()
    chooser = Chooser(free_places.offer(at=at), Wanted(at=at), {}, "", at)
    return page(
        request,
        "start",
        groups=group_lines(book.groups, at=at),
        soonest=chooser.earliest[:3],
        is_stopped=book.stopped(Channel.WEB),
        stop_words=book.rules.stop_words,
        has_lotteries=lottery.any_shown(at=at),
        most_together=group_claims.most(Channel.WEB),
    )


@policy(PUBLIC)
@require_safe
def voucher_help(request: HttpRequest) -> HttpResponse:
    """Where the number stands on the voucher."""
    return page(request, "voucher_help")


@policy(PUBLIC)
@require_safe
def time_over(request: HttpRequest) -> HttpResponse:
    """The errand was left alone too long, so it was closed."""
    return page(request, "time_over")


@policy(PUBLIC)
@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """Everything on this device is forgotten."""
    return page(request, "finished")
