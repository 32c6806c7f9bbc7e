"""The pages of the door, prepared once and filled in: they cost neither session nor statement.

A page is rendered once for each language and shape; of a request's own there are only numbers.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from frontdoor.knowledge import Known, masthead
from frontdoor.line import Turn
from frontdoor.waits import wait_of
from privacy.middleware import NothingStoredMiddleware
from shared.views import errors
from tenancy.current import serving

GAPS = ("ahead", "waiting", "minutes", "longest", "seconds", "place", "slip")
MOST_KEPT = 2_000


@dataclass(frozen=True)
class Shape:
    """Everything a page says in words."""

    state: str
    wait: str = ""
    why: str = ""
    is_sold_out: bool = False
    is_held: bool = False  # something was sent before it was their turn


@dataclass(frozen=True)
class Prepared:
    """A page or a part of one with its gaps, and its headers."""

    body: str
    headers: tuple[tuple[str, str], ...]

    def filled(self, facts: dict[str, str]) -> bytes:
        """The bytes for one request."""
        text = self.body
        for name, value in facts.items():
            text = text.replace(f"%%{name}%%", value)
        return text.encode()


_kept: dict[tuple[Any, ...], Prepared] = {}


def shape_of(turn: Turn, known: Known, *, is_held: bool = False) -> Shape:
    """The words for somebody who stands there."""
    wait = wait_of(turn).kind if turn.state == "waiting" else ""
    return Shape(turn.state, wait, turn.why, known.is_sold_out, is_held)


def facts_of(turn: Turn, *, seconds: int, place: str) -> dict[str, str]:
    """The numbers for one request."""
    wait = wait_of(turn)
    return {
        "ahead": f"{turn.ahead:,}",
        "waiting": f"{turn.waiting:,}",
        "minutes": str(wait.minutes),
        "longest": str(wait.longest),
        "seconds": str(seconds),
        "place": f"&amp;place={place}" if place else "",
        "slip": turn.slip,
    }


def page(shape: Shape, known: Known, *, language: str) -> Prepared:
    """The whole page."""
    return _prepared("page", "frontdoor/waiting.html", shape, known, language)


def part(shape: Shape, known: Known, *, language: str) -> Prepared:
    """What changes on the page, with the one sentence that is read out."""
    return _prepared("part", "frontdoor/parts/turn.html", shape, known, language)


def answer(shape: Shape, known: Known, *, language: str, facts: dict[str, str]) -> bytes:
    """What an open page asks for again and again."""
    html = part(shape, known, language=language).filled(facts).decode()
    said = {"state": shape.state, "next": int(facts["seconds"]), "html": html}
    return json.dumps(said, ensure_ascii=False).encode()


def forget_kept() -> None:
    """Drop every prepared page."""
    _kept.clear()


def _prepared(kind: str, template: str, shape: Shape, known: Known, language: str) -> Prepared:
    key = (kind, known.municipality.code, known.look, language, shape)
    found = _kept.get(key)
    if found is None:
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        found = _kept[key] = _rendered(template, shape, known, language)
    return found


def _rendered(template: str, shape: Shape, known: Known, language: str) -> Prepared:
    with serving(known.municipality), translation.override(language):
        facts = {
            "masthead": masthead(known),
            "standing": known.standing,
            "shape": shape,
            "known": known,
            "waiting_list_page": settings.WAKU_WAITING_LIST_PAGE,
            **{name: f"%%{name}%%" for name in GAPS},
        }
        text = render_to_string(template, facts)
    made = errors.dressed(HttpResponse(text), language=language)
    made = NothingStoredMiddleware(lambda _request: made)(None)  # type: ignore[arg-type]
    return Prepared(text, tuple(made.items()))
