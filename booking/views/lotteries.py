"""Doors: lotteries: draft, publish, close, draw, check, call off."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import lottery
from booking.lottery_forms import CallOffForm, LotteryForm
from booking.models import Lottery
from booking.presenters.lotteries import LotteryPage, list_of
from booking.release_forms import Shown
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

READERS = policy(staff_may(Permission.SEE_VENUES))
CHANGES = policy(staff_may(Permission.PLAN_RELEASES, fresh=Fresh.TO_CHANGE))


@READERS
@require_safe
def lotteries(request: HttpRequest) -> HttpResponse:
    """Every lottery."""
    rows = list_of(lottery.all_of(), at=timezone.now())
    return render(request, "booking/lotteries/list.html", {"rows": rows, "may_plan": _may(request)})


@READERS
@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One lottery: inspection, applications, result and its proof."""
    return _page(request, _found(pk))


@CHANGES
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """A new draft, or a draft's form."""
    one = _found(pk) if pk else Lottery()
    form = LotteryForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        by, at = staff_of(request), timezone.now()
        try:
            if pk:
                shown = form.cleaned_data["shown"] or 0
                kept = lottery.change(lottery=form.lottery(), shown=shown, by=by, at=at)
            else:
                kept = lottery.draft(lottery=form.lottery(), by=by, at=at)
        except lottery.LotteryRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, _("抽選を保存しました。"))
            return redirect("booking:lottery_plan", kept.pk)
    heading = _("抽選を変える") if pk else _("新しい抽選")
    facts = {"form": form, "heading": heading, "plan": one if pk else None}
    status = 422 if form.is_bound else 200
    return render(request, "booking/lotteries/form.html", facts, status=status)


@CHANGES
@require_POST
def announce(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person publishes it; its seed is promised from now on."""
    return _act(
        request, pk, _("抽選を公開しました。種の要約を住民の画面に表示しています。"),
        lambda row, shown: lottery.announce(
            lottery=row, shown=shown, by=staff_of(request), at=timezone.now()
        ),
    )  # fmt: skip


@CHANGES
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End the window now."""
    return _act(
        request, pk, _("申込みを締め切りました。"),
        lambda row, shown: lottery.close(lottery=row, shown=shown, at=timezone.now()),
    )  # fmt: skip


@CHANGES
@require_POST
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draw; the results are booked and told by the workers, one by one."""
    return _act(
        request, pk, _("抽選しました。当選した方の予約と、お知らせを進めています。"),
        lambda row, shown: lottery.begin(
            lottery=row, shown=shown, by=staff_of(request), at=timezone.now()
        ),
    )  # fmt: skip


@CHANGES
@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No draw, with a reason."""
    row = _found(pk)
    form = CallOffForm(request.POST or None, initial={"shown": row.version})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            lottery.call_off(
                lottery=row, shown=typed["shown"], reason=typed["reason"], at=timezone.now()
            )
        except lottery.LotteryRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.warning(request, _("抽選を中止しました。"))
            return redirect("booking:lottery_plan", row.pk)
    facts = {"form": form, "heading": _("抽選を中止する"), "plan": row, "is_calling_off": True}
    status = 422 if form.is_bound else 200
    return render(request, "booking/lotteries/form.html", facts, status=status)


def _act(
    request: HttpRequest, pk: UUID, words: str, act: Callable[[Lottery, int], object]
) -> HttpResponse:
    row, form = _found(pk), Shown(request.POST)
    if not form.is_valid():
        return _page(request, row, status=422)
    try:
        act(row, form.cleaned_data["shown"])
    except lottery.LotteryRefused as refusal:
        return _page(request, _found(pk), refused=str(refusal.words), status=409)
    messages.success(request, words)
    return redirect("booking:lottery_plan", row.pk)


def _page(
    request: HttpRequest, row: Lottery, *, refused: str = "", status: int = 200
) -> HttpResponse:
    facts = {
        "shown": LotteryPage.of(row, at=timezone.now()),
        "refused": refused,
        "may_plan": _may(request),
        "is_mine": row.edited_by_id == staff_of(request).pk,
    }
    return render(request, "booking/lotteries/lottery.html", facts, status=status)


def _found(pk: UUID) -> Lottery:
    row = lottery.find(pk)
    if row is None:
        raise Http404
    return row


def _may(request: HttpRequest) -> bool:
    return staff_of(request).may(Permission.PLAN_RELEASES)
