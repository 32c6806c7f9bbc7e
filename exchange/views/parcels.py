"""Doors: lists that came in, one of them, its progress and its problems (受領したファイル)."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange import forms, handover, parcels
from exchange.layouts import PRINTED
from exchange.layouts.writing import csv_line
from exchange.models import Parcel
from exchange.presenters import Actions, DryRun, ParcelLine
from exchange.print_lines import ResultsRun
from exchange.views._doors import me, received
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may

OFFICERS: Final = staff_may(Permission.SEND_FILE)
_SHOWN: Final = 100


@policy(OFFICERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every list that came in, newest first."""
    page = Paginator(parcels.newest(direction=Parcel.Direction.IN), 25).get_page(
        request.GET.get("page")
    )
    lines = [ParcelLine(parcel) for parcel in page.object_list]
    return render(request, "exchange/parcels.html", {"page": page, "lines": lines})


@policy(OFFICERS)
@require_safe
def parcel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One list: how far it is, what was found, and what may be done next."""
    return page_of(request, received(pk))


@policy(OFFICERS)
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the work is; when it has ended, the page is read anew."""
    found = received(pk)
    answer = render(request, "exchange/_progress.html", {"line": ParcelLine(found)})
    if not found.is_working:
        answer.headers["HX-Refresh"] = "true"
    return answer


@policy(OFFICERS)
@require_safe
def problems(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Every finding as a CSV: row, column, code, words; no cell of the file in it."""
    del request
    found = received(pk)

    def lines() -> Iterator[bytes]:
        yield "\ufeff".encode() + csv_line(("行番号", "項目", "コード", "説明")).encode()
        for one in parcels.problems(found).iterator(chunk_size=2000):
            yield csv_line((str(one.row), one.column, one.code, one.words)).encode()

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="errors_{found.number}.csv"'
    return answer


def page_of(request: HttpRequest, found: Parcel, **more: object) -> HttpResponse:
    """The page of one list, with a form that was refused in place of a fresh one."""
    refused = "refused" in more
    is_results = found.layout == PRINTED.id
    facts = {
        "line": ParcelLine(found),
        "parcel": found,
        "actions": Actions(found, me(request)),
        "dry_run": _dry_run(found),
        "problems": parcels.problems(found)[:_SHOWN],
        "events": parcels.events(found),
        "handovers": handover.of(found),
        "unlock": forms.Unlock(prefix="unlock"),
        "commit": forms.Commit(prefix="commit", errors_left=found.errors),
        "give_back": forms.GiveBack(prefix="return"),
        **more,
    }
    page = "exchange/print_results.html" if is_results else "exchange/parcel.html"
    return render(request, page, facts, status=409 if refused else 200)


def _dry_run(found: Parcel) -> DryRun | ResultsRun | None:
    if not found.summary:
        return None
    return ResultsRun(found) if found.layout == PRINTED.id else DryRun(found)
