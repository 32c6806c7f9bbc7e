"""What the carrier and the mail server received, for a person to read."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from simulator.carrier import Carrier, MessageHeld, segments
from simulator.mail import MailHeld, Mailroom

SHOWN = 200
JAPAN = ZoneInfo("Asia/Tokyo")
STATUS_WORDS = {
    "accepted": "受付",
    "queued": "受付",
    "sending": "送信中",
    "sent": "送信済",
    "delivered": "到着",
    "undelivered": "不達",
    "failed": "失敗",
    "canceled": "取消",
}
STYLE = """
body { font: 1rem/1.6 "Noto Sans JP", sans-serif; margin: 0 auto; max-width: 64rem;
  padding: 1rem; color: #1a1a1c; background: #fff; }
h1 { font-size: 1.5rem; } nav a { margin-right: 1.5rem; }
article { border: 1px solid #767676; border-radius: .5rem; margin: 1rem 0; padding: .75rem 1rem; }
article p { margin: .25rem 0; } .words { white-space: pre-wrap; overflow-wrap: anywhere; }
.facts { color: #4d4d4d; font-size: .875rem; } .empty { color: #4d4d4d; }
a { color: #00118f; }
"""


def messages(carrier: Carrier) -> str:
    """Every SMS, the newest first."""
    held = list(carrier.messages.values())
    newest = held[: -SHOWN - 1 : -1]
    return _page(
        "通信事業者が受け取ったSMS",
        f"{len(held)}件" + (f"(新しい{SHOWN}件を表示)" if len(held) > SHOWN else ""),
        [_message(message) for message in newest],
    )


def mails(mailroom: Mailroom) -> str:
    """Every mail, the newest first."""
    held = list(mailroom.held)
    newest = held[: -SHOWN - 1 : -1]
    return _page("メールサーバーが受け取ったメール", f"{len(held)}件", [_mail(m) for m in newest])


def _message(held: MessageHeld) -> str:
    count = segments(held.body)
    error = f" エラー{held.error_code}" if held.error_code else ""
    when = held.created_at.astimezone(JAPAN).strftime("%-m月%-d日 %H:%M:%S")
    return _article(
        f"{when} {held.sender} → {held.to}",
        held.body,
        f"{STATUS_WORDS.get(held.status, held.status)}{error}・{count}通分",
    )


def _mail(held: MailHeld) -> str:
    when = datetime.fromisoformat(held.at).astimezone(JAPAN).strftime("%-m月%-d日 %H:%M:%S")
    return _article(
        f"{when} {held.sender} → {'、'.join(held.recipients)}", held.text, f"件名: {held.subject}"
    )


def _article(head: str, words: str, facts: str) -> str:
    return (
        f'<article><p class="facts">{escape(head)}</p>'
        f'<p class="words">{escape(words)}</p><p class="facts">{escape(facts)}</p></article>'
    )


def _page(title: str, count: str, articles: list[str]) -> str:
    body = "".join(articles) or '<p class="empty">まだ何も届いていません。</p>'
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="5"><title>{escape(title)}</title>'
        '<link rel="stylesheet" href="/simulator.css"></head><body>'
        '<nav aria-label="表示の切替"><a href="/">SMS</a><a href="/mail">メール</a></nav>'
        f"<main><h1>{escape(title)}</h1><p>{escape(count)}</p>{body}</main></body></html>"
    )
