"""What a message may say (文面の決まり): checks for a template, and filling it in.

An SMS is read by whoever holds the telephone, and carriers refuse some contents: no name, no
telephone number, no state of health, no shortened or foreign address.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.sms_length import measure, shortened
from shared.calendar import TOKYO

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_SEGMENTS = 2
LONGEST_SUBJECT = 60


@dataclass(frozen=True)
class Placeholder:
    """One gap in a template: what it stands for, and the longest thing that fills it."""

    words: str | Promise
    units: int
    longest: str


# Only these; the longest date and time are real ones, the rest is cut to `units` when filled in.
PLACEHOLDERS: Mapping[str, Placeholder] = {
    "municipality": Placeholder(gettext_lazy("自治体の名乗り"), 16, "見" * 16),
    "date": Placeholder(gettext_lazy("日付"), 16, "明日12/30(水)"),
    "day": Placeholder(gettext_lazy("「明日」か「本日」"), 8, "Tomorrow"),
    "time": Placeholder(gettext_lazy("時刻"), 5, "10:30"),
    "venue": Placeholder(gettext_lazy("会場名"), 20, "会" * 20),
    "link": Placeholder(gettext_lazy("予約ページ"), 45, "https://" + "y" * 37),
    "until": Placeholder(gettext_lazy("お返事の期限"), 11, "12/30 10:30"),
    "code": Placeholder(gettext_lazy("確認コード"), 8, "000000"),
}
FOR_A_VISIT = frozenset({"municipality", "date", "time", "venue", "link"})
FOR_A_REMINDER = FOR_A_VISIT | {"day"}
FOR_A_CODE = frozenset({"municipality", "code"})
FOR_AN_OFFER = FOR_A_VISIT | {"until"}
FOR_A_CONTACT = frozenset({"municipality", "link"})
ALWAYS = frozenset({"municipality"})
UNNAMED_VENUE = "会場"
WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}

SHORTENERS = frozenset({
    "bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "lin.ee", "x.gd",
    "onl.tw", "onl.la", "urx.nu", "ux.nu", "00m.in", "s.id", "rb.gy", "cutt.ly", "shorturl.at",
    "t.ly", "tiny.cc", "qr.paps.jp",
})  # fmt: skip
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE
)
NAME_WORDS = ("氏名", "様", "さん", "殿", "お名前", "dear ", "mr.", "ms.")
HEALTH_WORDS = (
    "接種済", "未接種", "接種歴", "接種券", "接種番号", "ワクチン", "コロナ", "感染", "陽性",
    "陰性", "副反応", "基礎疾患", "持病", "障害", "障がい", "妊娠", "アレルギー", "予診", "問診",
    "発熱", "ファイザー", "モデルナ", "武田", "個人番号", "マイナンバー", "vaccin", "covid",
    "corona", "dose", "infect", "allerg", "pregnan", "disab", "fever", "patient", "positive",
    "voucher",
)  # fmt: skip
DAY_WORDS = ("明日", "あした", "本日", "今日", "明後日", "tomorrow", "today", "tonight")


class NotSayable(Exception):
    """A template that may not be used; `problems` are fit to be shown beside the form."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Draft:
    """A template as somebody wrote it."""

    text: str
    subject: str = ""
    is_sms: bool = True
    gaps: frozenset[str] = FOR_A_VISIT
    required: frozenset[str] = ALWAYS

    @property
    def folded(self) -> str:
        """The words without the gaps, full-width forms folded: what a carrier's filter sees."""
        return unicodedata.normalize("NFKC", PLACEHOLDER.sub(" ", self.text + " " + self.subject))


def check_placeholders(draft: Draft) -> list[str]:
    """Only the known gaps, and the name of the municipality always."""
    both = draft.text + draft.subject
    used = PLACEHOLDER.findall(both)
    known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS if name in draft.gaps)
    found = [
        _("{%(name)s}は使えません。使えるのは%(known)sです。") % {"name": name, "known": known}
        for name in sorted(set(used) - draft.gaps)
    ]
    if any(bracket in PLACEHOLDER.sub("", both) for bracket in "{}"):
        found.append(_("波かっこ { } の組が合いません。"))
    if missing := sorted(draft.required - set(PLACEHOLDER.findall(draft.text))):
        gaps = "、".join(f"{{{name}}}" for name in missing)
        found.append(_("%(gaps)sを入れてください。") % {"gaps": gaps})
    return found


def check_telephone(draft: Draft) -> list[str]:
    """No telephone number: carriers in Japan do not let such an SMS through."""
    if draft.is_sms and contains_telephone(draft.folded):
        return [_("SMSに電話番号は書けません。予約ページ{link}を案内してください。")]
    return []


def check_addresses(draft: Draft) -> list[str]:
    """The only address is the one we fill in: shortened ones look like fraud."""
    found = [match.group().lower() for match in ADDRESS.finditer(draft.folded)]
    hosts = {re.sub(r"^(?:https?://)?(?:www\.)?", "", one).split("/")[0] for one in found}
    if hosts & SHORTENERS:
        return [_("短縮URLは使えません。")]
    if hosts:
        return [_("URLは直接書けません。{link}を使ってください。")]
    return []


def check_names(draft: Draft) -> list[str]:
    """Nobody is named: telephones and addresses are shared and passed on."""
    said = _said(draft, NAME_WORDS)
    return [_("宛名や敬称（%(said)s）は書けません。") % {"said": said}] if said else []


def check_health(draft: Draft) -> list[str]:
    """Nothing about health or a voucher."""
    said = _said(draft, HEALTH_WORDS)
    return (
        [_("健康や接種の状況にふれる言葉（%(said)s）は書けません。") % {"said": said}]
        if said
        else []
    )


def check_hidden(draft: Draft) -> list[str]:
    """No sign that nobody sees: it hides a word from these checks, or turns the text round."""
    hidden = [
        sign
        for sign in draft.text + draft.subject
        if sign not in "\r\n" and unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Cn"}
    ]
    return [_("見えない文字や外字が含まれています。消してください。")] if hidden else []


def check_days(draft: Draft) -> list[str]:
    """No word that is only true on one day: a message may leave later than it was made."""
    said = _said(draft, DAY_WORDS)
    if not said:
        return []
    if "day" in draft.gaps:
        return [_("「%(said)s」は直接書けません。{day}を使ってください。") % {"said": said}]
    return [_("「%(said)s」は日によって誤りになるため書けません。") % {"said": said}]


def check_length(draft: Draft) -> list[str]:
    """At most two segments, with the longest of everything filled in."""
    if not draft.is_sms:
        return []
    length = measure(longest(draft.text))
    if length.segments <= MOST_SEGMENTS:
        return []
    return [
        _("長すぎます。最も長い場合に%(units)s文字・%(segments)s通分です（上限%(most)s通分）。")
        % {"units": length.units, "segments": length.segments, "most": MOST_SEGMENTS}
    ]


def check_subject(draft: Draft) -> list[str]:
    """A mail has a subject of one line; an SMS has none."""
    if draft.is_sms:
        return [_("SMSに件名はありません。")] if draft.subject else []
    if not draft.subject.strip() or "\n" in draft.subject or "\r" in draft.subject:
        return [_("件名を一行で入れてください。")]
    return [_("件名が長すぎます。")] if len(longest(draft.subject)) > LONGEST_SUBJECT else []


CHECKS: tuple[Callable[[Draft], list[str]], ...] = (
    check_placeholders,
    check_hidden,
    check_telephone,
    check_addresses,
    check_names,
    check_health,
    check_days,
    check_length,
    check_subject,
)


def problems(draft: Draft) -> list[str]:
    """Every reason not to use a template, in the order in which to mend it."""
    return [words for check in CHECKS for words in check(draft)]


def visit_words(*, visit_at: datetime, language: str) -> dict[str, str]:
    """The date and time of a visit as messages say them, in Japanese time."""
    here = visit_at.astimezone(TOKYO)
    if language == "ja":
        day = f"{here.month}月{here.day}日({WEEKDAYS['ja'][here.weekday()]})"
    else:
        day = f"{WEEKDAYS['en'][here.weekday()]} {here.day} {here:%b}"
    return {"date": day, "time": f"{here.hour}:{here.minute:02}"}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The finished words; long values are cut by rule, a gap without a value raises NotSayable."""
    missing = sorted(set(PLACEHOLDER.findall(text)) - (set(values) & set(PLACEHOLDERS)))
    if missing:
        raise NotSayable([_("%(name)sの値がありません。") % {"name": name} for name in missing])
    return PLACEHOLDER.sub(lambda gap: _fitting(gap[1], values[gap[1]]), text)


def longest(text: str) -> str:
    """The words with the longest of everything filled in."""
    gap = PLACEHOLDER
    return gap.sub(lambda m: PLACEHOLDERS[m[1]].longest if m[1] in PLACEHOLDERS else m[0], text)


@lru_cache(maxsize=1024)
def contains_telephone(text: str) -> bool:
    """Whether something in the text can be read as a telephone number."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"[‐‑‒–—―−ー－]", "-", folded)
    if any(True for _found in phonenumbers.PhoneNumberMatcher(folded, "JP")):
        return True
    # Short and service numbers, and numbers with odd separators that the matcher lets through.
    return bool(
        re.search(r"(?<![\d/:.])(?:\+?81|0)[\d\s().・_-]{8,15}\d", folded)
        or re.search(r"(?<![\d/:])(?:#\s?[789]\d{3}|11[0789](?!\d))(?![\d/:年月日時円])", folded)
    )


def _fitting(name: str, value: str) -> str:
    clean = re.sub(r"\s+", " ", value).strip()
    room = PLACEHOLDERS[name].units
    if name == "link":  # an address that is cut leads nowhere
        return clean
    if name == "venue" and contains_telephone(clean):  # a carrier would refuse the whole SMS
        return UNNAMED_VENUE
    return shortened(clean, units=room)


def _said(draft: Draft, words: tuple[str, ...]) -> str:
    folded = draft.folded.lower()
    return "、".join(word.strip() for word in words if word in folded)
