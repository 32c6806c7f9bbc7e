"""Doors: what a file must look like, and a sample of it (レイアウトの説明)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange import layouts
from exchange.layouts.layout import Layout, help_rows
from exchange.layouts.problems import Code
from exchange.layouts.writing import sample as sample_of
from exchange.views.parcels import OFFICERS
from tenancy.policies import policy


@policy(OFFICERS)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every layout there is, in the order of the work."""
    return render(request, "exchange/layouts.html", {"layouts": layouts.LAYOUTS.values()})


@policy(OFFICERS)
@require_safe
def explain(request: HttpRequest, layout_id: str, version: int) -> HttpResponse:
    """Every column of a layout, and every code of the checks."""
    layout = _layout(layout_id, version)
    facts = {"layout": layout, "rows": help_rows(layout), "codes": list(Code)}
    return render(request, "exchange/layout.html", facts)


@policy(OFFICERS)
@require_safe
def sample(request: HttpRequest, layout_id: str, version: int) -> HttpResponse:
    """A small file with people who do not exist."""
    del request
    answer = HttpResponse(
        sample_of(_layout(layout_id, version)), content_type="text/csv; charset=utf-8"
    )
    name = f"{layout_id}_v{version}_sample.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _layout(layout_id: str, version: int) -> Layout:
    try:
        return layouts.find(layout_id=layout_id, version=version)
    except layouts.UnknownLayout as unknown:
        raise Http404 from unknown
