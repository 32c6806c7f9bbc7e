"""Small words of the console's pages."""

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Library
from django.utils.translation import get_language

from callcentre.picker import SlotLine
from callcentre.presenters.names import named
from callcentre.presenters.picking import Suggestion

register = Library()

FIGURES = dict(
    zip(
        "0123456789",
        ["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"],
        strict=True,
    )
)


register.filter("named", named)


@register.simple_tag
def spelled(reservation_number: str) -> str:
    """A reservation number as it is read out, figure by figure."""
    if not (get_language() or "ja").startswith("ja"):
        return " ".join(reservation_number.replace("-", "–"))
    words = (FIGURES.get(one, "の" if one == "-" else one) for one in reservation_number)
    return " ".join(words)


@register.simple_tag
def first_free(slots: list[SlotLine], suggestions: list[Suggestion]) -> int | None:
    """The slot that is chosen beforehand: a suggestion of this day, else the first free one."""
    free = [one.slot_id for one in slots if one.is_free]
    suggested = (one.slot.slot_id for one in suggestions if one.slot.slot_id in free)
    return next(suggested, free[0] if free else None)


@register.simple_tag
def find_speaker(form: BaseForm) -> BoundField:
    """The form's field of who speaks."""
    return form["speaker"]
