"""The parts of the design system as tags; shared/README.md shows each with an example."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms.utils import flatatt
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shared.month import Mark, MonthPage
from shared.templatetags import form_parts
from shared.templatetags import words as word_filters

register = Library()
register.tags |= form_parts.register.tags
register.filters |= word_filters.register.filters

type Words = str | Promise

SIGNS = {"info": "i", "success": "✓", "warning": "!", "error": "!"}
TONES = {"debug": "info"}


@register.inclusion_tag("ui/parts/page_header.html")
def page_header(
    title: Words,
    *,
    lead: Words = "",
    eyebrow: Words = "",
    back_url: str = "",
    back_label: Words = "",
) -> dict[str, Any]:
    """The heading of a page: one per page, above everything else."""
    return {
        "title": title,
        "lead": lead,
        "eyebrow": eyebrow,
        "back_url": back_url,
        "back_label": back_label or _("戻る"),
    }


@register.inclusion_tag("ui/parts/button.html")
def button(
    label: Words,
    *,
    tone: str = "primary",
    size: str = "",
    url: str = "",
    confirm: Words = "",
    confirm_label: Words = "",
    disabled: bool = False,
    **attributes: Any,
) -> dict[str, Any]:
    """A button, or a link that looks like one where `url` is given."""
    classes = " ".join(
        ["button"]
        + ([f"button--{tone}"] if tone != "primary" else [])
        + [f"button--{word}" for word in size.split()]
    )
    named: dict[str, Any] = {
        "data-confirm": confirm,
        "data-confirm-label": confirm_label,
        "disabled": disabled,
    } | {name.replace("_", "-"): value for name, value in attributes.items()}
    kept = {name: value for name, value in named.items() if value not in ("", None, False)}
    return {"label": label, "url": url, "classes": classes, "attributes": flatatt(kept)}


@register.inclusion_tag("ui/parts/button.html")
def print_button(label: Words = "", *, tone: str = "secondary") -> dict[str, Any]:
    """A button that prints the page; hidden where there is no script."""
    return button(label or _("印刷する"), tone=tone, type="button", data_print=True, hidden=True)


@register.simple_tag
def badge(label: Words, *, tone: str = "neutral") -> SafeString:
    """A short state in a word or two."""
    return render_to_string("ui/parts/badge.html", {"label": label, "tone": tone})


@register.inclusion_tag("ui/parts/mark.html")
def mark(one: Mark) -> dict[str, Any]:
    """A sign (○ △ ×) together with its words."""
    return {"mark": one}


@register.simple_block_tag
def notice(
    content: SafeString, *, tone: str = "info", title: Words = "", live: bool = False
) -> SafeString:
    """A message in the page; `live` when it answers what the reader has just done."""
    tone = tone if tone in SIGNS else TONES.get(tone, "info")
    spoken = {"warning": _("注意："), "error": _("エラー：")}.get(tone, "")
    facts = {"tone": tone, "sign": SIGNS[tone], "spoken": spoken, "live": live, "title": title}
    return render_to_string("ui/parts/notice.html", facts | {"content": content})


@register.simple_block_tag
def table(
    content: SafeString,
    *,
    caption: Words,
    headings: str | Promise | Sequence[Words] = "",
    note: Words = "",
    dense: bool = False,
    hide_caption: bool = False,
) -> SafeString:
    """A table with its caption; headings as a list or as "a|b|c", a number column as "c#"."""
    words = headings if isinstance(headings, list | tuple) else str(headings).split("|")
    cells = [
        {"words": str(one).removesuffix("#"), "is_number": str(one).endswith("#")}
        for one in words
        if str(one)
    ]
    facts = {"caption": caption, "headings": cells, "note": note, "dense": dense}
    return render_to_string(
        "ui/parts/table.html", facts | {"hide_caption": hide_caption, "content": content}
    )


@register.inclusion_tag("ui/parts/stepper.html")
def stepper(steps: str | Sequence[Words], *, current: int) -> dict[str, Any]:
    """The steps of an errand, the present one marked; `current` counts from 1."""
    words = str(steps).split("|") if isinstance(steps, str | Promise) else steps
    return {
        "steps": [
            {"words": one, "is_current": number == current, "is_done": number < current}
            for number, one in enumerate(words, start=1)
        ]
    }


@register.inclusion_tag("ui/parts/definition_list.html")
def definition_list(pairs: Iterable[tuple[Words, Any]] | Mapping[Words, Any]) -> dict[str, Any]:
    """Terms and what they are here."""
    return {"pairs": list(pairs.items() if isinstance(pairs, Mapping) else pairs)}


@register.inclusion_tag("ui/parts/empty_state.html")
def empty_state(
    title: Words, message: Words = "", *, url: str = "", label: Words = ""
) -> dict[str, Any]:
    """What a list says when it has nothing, and what to do next."""
    return {"title": title, "message": message, "url": url, "label": label}


@register.inclusion_tag("ui/parts/breadcrumbs.html")
def breadcrumbs(*words_and_urls: Any) -> dict[str, Any]:
    """The way here: label, URL, label, URL, …, and last the label of this page."""
    labels, urls = words_and_urls[::2], words_and_urls[1::2]
    urls += ("",) * (len(labels) - len(urls))
    trail = [{"label": label, "url": url} for label, url in zip(labels, urls, strict=True) if label]
    return {"trail": trail}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(label: Words, *words_and_urls: Any, current: str = "") -> dict[str, Any]:
    """Views of one thing side by side: label, URL, …; `current` is the URL of this one."""
    pairs = zip(words_and_urls[::2], words_and_urls[1::2], strict=True)
    return {
        "label": label,
        "tabs": [
            {"label": words, "url": url, "is_current": url == current} for words, url in pairs
        ],
    }


@register.inclusion_tag("ui/parts/progress.html")
def progress(
    label: Words, *, value: float, maximum: float = 100, figures: str = "", tone: str = ""
) -> dict[str, Any]:
    """How far something has come, in words and as a bar."""
    share = f"{value / maximum:.0%}" if maximum else "0%"
    return {
        "label": label,
        "value": f"{value:g}",
        "maximum": f"{maximum or 1:g}",
        "figures": figures or share,
        "tone": tone,
    }


@register.simple_block_tag
def dialog(content: SafeString, *, id: str, title: Words, close: Words = "") -> SafeString:  # noqa: A002 - it is the HTML id
    """A dialog that a button with `data_opens=id` shows."""
    facts = {"id": id, "title": title, "close": close or _("閉じる"), "content": content}
    return render_to_string("ui/parts/dialog.html", facts)


@register.simple_block_tag
def card(
    content: SafeString,
    *,
    title: Words = "",
    url: str = "",
    level: int = 2,
    badge: Words = "",
    badge_tone: str = "",
    tone: str = "",
) -> SafeString:
    """One thing with its few facts; `tone` is "", quiet or strong."""
    facts = {"title": title, "url": url, "level": level, "tone": tone, "content": content}
    return render_to_string(
        "ui/parts/card.html", facts | {"badge": badge, "badge_tone": badge_tone}
    )


@register.inclusion_tag("ui/parts/figure.html")
def figure(
    label: Words, value: Any, *, unit: Words = "", note: Words = "", tone: str = ""
) -> dict[str, Any]:
    """One number with its name; the note says how it is counted."""
    return {"label": label, "value": value, "unit": unit, "note": note, "tone": tone}


@register.inclusion_tag("ui/parts/countdown.html")
def countdown(*, seconds: int, label: Words, over: Words) -> dict[str, Any]:
    """Time that runs out, shown each second and spoken only now and then."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    pattern = _("{m}分{s}秒") if minutes else _("{s}秒")
    words = pattern.replace("{m}", str(minutes)).replace(
        "{s}", f"{rest:02d}" if minutes else str(rest)
    )
    return {"seconds": seconds, "label": label, "over": over, "words": words}


@register.inclusion_tag("ui/parts/month.html")
def month(page: MonthPage) -> MonthPage | dict[str, Any]:
    """A month of days with their marks; see shared.month."""
    names = ("id", "title", "weeks", "weekdays", "earlier_url", "later_url", "legend")
    return {name: getattr(page, name) for name in names}


@register.inclusion_tag("ui/parts/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """The pages of a long list; keeps the rest of the query."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    request = context.get("request")
    query = request.GET.copy() if request else None
    links = []
    for number in numbers:
        if query is not None:
            query["page"] = str(number)
        is_link = isinstance(number, int)
        url = f"?{query.urlencode()}" if query is not None else f"?page={number}"
        links.append(
            {"words": number, "url": url if is_link else "", "is_current": number == page.number}
        )
    return {"links": links if page.paginator.num_pages > 1 else []}
