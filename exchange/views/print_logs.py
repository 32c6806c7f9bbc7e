"""Doors: the print log of a month, a print, a file of prints, the next step, the submission (印刷ログ)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exchange import print_logs
from exchange.presenters import PrintLine
from exchange.print_log_forms import EnterPrint, MonthChoice, NoteNextStep, PrintLogFile
from exchange.views._doors import me
from exchange.views.handovers import READERS
from exchange.views.intake import SECOND_FRESH
from tenancy.permissions import Permission
from tenancy.policies import policy


@policy(READERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The prints of one month, the newest first."""
    now, first = timezone.now(), _month(request)
    page = Paginator(print_logs.of_month(first), 50).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "lines": [PrintLine(one, now) for one in page.object_list],
        "month": f"{first:%Y-%m}",
        "choice": MonthChoice(initial={"month": f"{first:%Y-%m}"}),
        "may_enter": me(request).may(Permission.COMMIT_FILE),
    }
    return render(request, "exchange/print_log.html", facts)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Log one print."""
    form = EnterPrint(request.POST or None)
    return _written(
        request,
        form,
        lambda: print_logs.enter(printed=form.printed(), by=me(request), at=timezone.now()),
    )


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Log the printer's own file."""
    form = PrintLogFile(request.POST or None, request.FILES or None)

    def write() -> None:
        said = form.cleaned_data
        print_logs.take_in(
            content=said["file"], encoding=said["encoding"], by=me(request), at=timezone.now()
        )

    return _written(request, form, write)


@policy(SECOND_FRESH)
@require_http_methods(["GET", "HEAD", "POST"])
def next_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was begun with the sheets."""
    try:
        entry = print_logs.find(entry_id=pk)
    except print_logs.NoSuchEntry as unknown:
        raise Http404 from unknown
    form = NoteNextStep(
        request.POST or None, initial={"begun_at": timezone.localtime(timezone.now())}
    )

    def write() -> None:
        print_logs.note_next_step(
            entry=entry, by=me(request), at=timezone.now(), **form.cleaned_data
        )

    return _written(request, form, write, entry=entry)


@policy(READERS)
@require_safe
def submission(request: HttpRequest) -> StreamingHttpResponse:
    """A month's log as a CSV by the layout PLG."""
    first = _month(request)
    answer = StreamingHttpResponse(
        print_logs.submission(first=first), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="PLG_{first:%Y%m}.csv"'
    return answer


def _month(request: HttpRequest) -> date:
    asked = MonthChoice(request.GET)
    if asked.is_valid():
        first: date = asked.first()
        return first
    return timezone.localdate(timezone.now()).replace(day=1)


def _written(
    request: HttpRequest, form: Any, write: Callable[[], Any], **more: Any
) -> HttpResponse:
    """Write what was typed, or show the form again with what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            write()
            return redirect("exchange:print_log")
        except print_logs.Refused as refusal:
            form.add_error(None, str(refusal.words))
    facts = {"form": form} | more
    status = 422 if form.is_bound else 200
    return render(request, "exchange/print_log_write.html", facts, status=status)
