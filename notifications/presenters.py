"""How messages, templates and calls are worded on a page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import wording, words
from notifications.message_templates import Template
from notifications.models.attempt import Attempt, Result
from notifications.models.message import UNHEARD, Carrier, Message, State
from notifications.models.sender import Sender
from notifications.sms_length import Encoding, measure
from notifications.standard_words import LANGUAGES
from shared import phone
from tenancy import history
from tenancy.history import Change

SAMPLE = {
    "municipality": "見本市",
    "date": "7月1日(水)",
    "day": "明日",
    "time": "10:30",
    "venue": "見本市民体育館",
    "link": "https://yoyaku.example.jp/r",
    "code": "123456",
}
SAMPLE_EN = SAMPLE | {
    "municipality": "Mihon City",
    "date": "Wed 7/1",
    "day": "Tomorrow",
    "venue": "Mihon Hall",
}
REASONS: dict[str, str | Promise] = {
    "21610": gettext_lazy("受信拒否の登録があります"),
    "21614": gettext_lazy("SMSを受け取れない番号です"),
    "21211": gettext_lazy("番号が正しくありません"),
    "30003": gettext_lazy("電源が切れているか圏外です"),
    "30005": gettext_lazy("使われていない番号です"),
    "30006": gettext_lazy("SMSを受け取れない番号です"),
    "30007": gettext_lazy("通信事業者が止めました"),
    "not_sent": gettext_lazy("二度送れませんでした"),
    "silence": gettext_lazy("通信事業者の返事がありません"),
    "restored": gettext_lazy("復元の前に送ったかもしれません"),
    UNHEARD: gettext_lazy("到達の知らせがありません"),
    "broken": gettext_lazy("通信が途中で切れました"),
    "number": gettext_lazy("SMSを受け取れない番号です"),
    "cap": gettext_lazy("一日の上限を超えました"),
    "address": gettext_lazy("メールアドレスが正しくありません"),
    "550": gettext_lazy("使われていないメールアドレスです"),
}
STATE_WORDS: dict[str, str | Promise] = {
    State.NEEDS_CALL: gettext_lazy("電話での連絡"),
    State.FAILED: gettext_lazy("送れませんでした"),
    State.UNDELIVERED: gettext_lazy("届きませんでした"),
    State.UNKNOWN: gettext_lazy("届いたか分かりません"),
    State.SUPPRESSED: gettext_lazy("間に合わず送りませんでした"),
}
TONES = {
    State.NEEDS_CALL: "info",
    State.UNKNOWN: "caution",
    State.FAILED: "negative",
    State.UNDELIVERED: "negative",
    State.SUPPRESSED: "caution",
}


@dataclass(frozen=True)
class Preview:
    """Words as they will arrive, and how long they are."""

    subject: str
    body: str
    is_sms: bool
    longest_units: int
    longest_segments: int
    encoding: str

    @property
    def length(self) -> str:
        """Segments and units of the sample, and of the longest it can become."""
        if not self.is_sms:
            return _("%(count)s文字") % {"count": len(self.body)}
        here = measure(self.body)
        room = 70 if here.encoding is Encoding.UCS_2 else 160
        return _(
            "見本で%(units)s文字・%(segments)s通分（1通は%(room)s文字まで）。"
            "最も長い場合に%(most)s文字・%(most_segments)s通分。"
        ) % {
            "units": here.units,
            "segments": here.segments,
            "room": room,
            "most": self.longest_units,
            "most_segments": self.longest_segments,
        }


def preview(*, carrier: str, language: str, subject: str, text: str) -> Preview | None:
    """A template filled with a sample, or None while it cannot be filled."""
    sample = SAMPLE_EN if language == "en" else SAMPLE
    try:
        subject, body = wording.fill(subject, sample), wording.fill(text, sample)
    except wording.NotSayable:
        return None
    most = measure(wording.longest(text))
    return Preview(
        subject=subject,
        body=body,
        is_sms=carrier == Carrier.SMS,
        longest_units=most.units,
        longest_segments=most.segments,
        encoding=most.encoding.value,
    )


def gaps(template: Template) -> list[tuple[str, str]]:
    """What may be filled into a template, and what each stands for."""
    draft = words.draft(kind=template.kind, carrier=template.carrier, subject="", text="")
    known = wording.PLACEHOLDERS.items()
    return [(f"{{{name}}}", str(gap.words)) for name, gap in known if name in draft.gaps]


@dataclass(frozen=True)
class TemplateLine:
    """One template in the list, or one of its versions."""

    template: Template

    @property
    def language(self) -> str:
        """The language by its own name."""
        return LANGUAGES[self.template.language]

    @property
    def version(self) -> str:
        """Which version is in force."""
        if not self.template.version:
            return _("標準の文面")
        return _("第%(number)s版") % {"number": self.template.version}

    @property
    def segments(self) -> str:
        """The most an SMS can cost."""
        if self.template.carrier != Carrier.SMS:
            return "–"
        return str(measure(wording.longest(self.template.text)).segments)


@dataclass(frozen=True)
class CallLine:
    """One message that waits for a person."""

    message: Message

    @property
    def state(self) -> str:
        """Why it is on the list."""
        return str(STATE_WORDS.get(self.message.state, self.message.get_state_display()))

    @property
    def tone(self) -> str:
        """How loud the badge is."""
        return TONES.get(State(self.message.state), "neutral")

    @property
    def reason(self) -> str:
        """What the carrier or the mail server said, in words where we have them."""
        code = self.message.error_code
        if not code:
            return ""
        return str(REASONS.get(code) or _("エラー %(code)s") % {"code": code})

    @property
    def until(self) -> str:
        """Until when telling still helps: the visit, mostly."""
        here = localtime(self.message.not_after)
        return f"{here:%-m}月{here:%-d}日 {here:%H:%M}"

    @property
    def last_try(self) -> str:
        """When somebody or something last tried."""
        tried = getattr(self.message, "last_tried_at", None)
        return f"{localtime(tried):%-m/%-d %H:%M}" if tried else "–"

    @property
    def next_try(self) -> str:
        """Not before when somebody should try again."""
        after = self.message.call_after
        return f"{localtime(after):%-m/%-d %H:%M}" if after else "–"

    @property
    def number(self) -> str:
        """What to dial, or the address that failed."""
        if self.message.carrier == Carrier.MAIL:
            return str(self.message.recipient)
        return phone.national(self.message.recipient)


@dataclass(frozen=True)
class TryLine:
    """One try in the history of a message."""

    attempt: Attempt

    @property
    def when(self) -> str:
        """When it was."""
        return f"{localtime(self.attempt.tried_at):%-m/%-d %H:%M}"

    @property
    def result(self) -> str:
        """What became of it."""
        return str(Result(self.attempt.result).label)

    @property
    def by(self) -> str:
        """Who telephoned, or the way it went."""
        staff = self.attempt.done_by
        return staff.display_name if staff else str(Carrier(self.attempt.carrier).label)


def reminder_lines(counts: dict[str, int]) -> list[tuple[str, int]]:
    """What became of a day's reminders, in words; states nobody is in are left out."""
    return [(str(state.label), counts[state]) for state in State if counts.get(state)]


def sender_history(row: Sender) -> list[Change]:
    """Who changed which settings, when and why; the newest first."""
    return history.changes_of(row)
