"""Papers to print on A4 (帳票): the password notice and the handover record."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final, NamedTuple

from wardside.sealing import grouped

_STYLE: Final = """
@page { size: A4; margin: 20mm }
body { font-family: "Yu Mincho", "MS Mincho", "Noto Serif CJK JP", serif; font-size: 11pt;
  line-height: 1.6; color: #000; background: #fff; max-width: 170mm; margin: 10mm auto }
h1 { text-align: center; font-size: 18pt; letter-spacing: .3em; margin: 0 0 8mm }
table { width: 100%; border-collapse: collapse; margin: 6mm 0; table-layout: fixed }
th, td { border: 1px solid #000; padding: 2.5mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
th { width: 34%; font-weight: normal; background: #f2f2f2 }
.password { font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: 20pt;
  letter-spacing: .08em; text-align: center; border: 2px solid #000; padding: 6mm; margin: 8mm 0 }
.sign td { height: 16mm }
.small { font-size: 9pt }
@media print { body { margin: 0; max-width: none } }
"""


class Handing(NamedTuple):
    """One handover of one thing: a medium with data, or a notice."""

    kind: str
    thing: str
    happened_at: str
    given_by: str
    taken_by: str
    content: str
    programme: str
    sha256: str
    quantity: str
    medium: str
    keeping: str


#: The moments of the founding document, and the erasure.
KINDS: Final = {
    "give": "提供（区 → 委託先）",
    "deliver": "納品（委託先 → 区）",
    "return": "返却（委託先 → 区）",
    "erase": "消去・廃棄",
}
THINGS: Final = {"data": "電磁的媒体（暗号化した個人情報）", "notice": "パスワード通知書"}


def password_notice(*, file_name: str, sha256: str, password: str, at: datetime) -> str:
    """The password alone, on a paper of its own."""
    words = " ".join(grouped(password))
    return _page(
        "パスワード通知書",
        f"<p>{_day(at)}</p>"
        f"{_table((('対象のファイル', file_name), ('ファイルの SHA-256', sha256)))}"
        f'<p class="password">{escape(words)}</p>'
        f"<p>小文字の英字と数字 {len(password)} 文字です。すき間は読みやすさのためで、入力しません。"
        "0・1・2・5・8・9 と、見分けにくい英字は使っていません。</p>"
        "<p>この通知書は、ファイルとは<strong>別の機会に、別の人の手で</strong>渡し、"
        "<strong>別の鍵付きキャビネット</strong>に保管してください。"
        "メールや電話では伝えないでください。受け渡しは確認書に記録してください。</p>"
        "<p>印刷したら、この HTML ファイルは消してください。</p>"
        + _signs("通知書を渡した人", "通知書を受け取った人"),
    )


def handover_record(handing: Handing) -> str:
    """The 確認書 of one handover; what is not known yet is left to be written by hand."""
    lines = (
        ("区分", KINDS[handing.kind]),
        ("受け渡したもの", THINGS[handing.thing]),
        ("日時", handing.happened_at or "　　　　年　　月　　日　　時　　分"),
        ("事業", handing.programme),
        ("情報の内容（レイアウト・ファイル名）", handing.content),
        ("ファイルの SHA-256", handing.sha256),
        ("数量", handing.quantity),
        ("媒体（種類・管理番号）", handing.medium),
        ("保管場所", handing.keeping),
    )
    return _page(
        "確認書",
        "<p>個人情報を含む媒体等の受け渡しを、次のとおり確認しました。"
        "媒体とパスワード通知書は、別の確認書に記録します。</p>"
        f"{_table(lines)}"
        f"{_signs('渡した側の取扱者', '受け取った側の取扱者', handing.given_by, handing.taken_by)}"
        '<p class="small">訂正するときは、書き直さずに新しい確認書を作り、この確認書の番号を書きます。</p>'
        f"{_table((('確認書の番号', ''), ('訂正する確認書の番号', '')))}",
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def _table(lines: Sequence[tuple[str, str]]) -> str:
    rows = (
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(text) or "&nbsp;"}</td></tr>'
        for name, text in lines
    )
    return f"<table>{''.join(rows)}</table>"


def _signs(first: str, second: str, first_name: str = "", second_name: str = "") -> str:
    return (
        '<table class="sign"><tr>'
        f'<th scope="col">{escape(first)}（所属・氏名）</th>'
        f'<th scope="col">{escape(second)}（所属・氏名）</th></tr>'
        f"<tr><td>{escape(first_name)}</td><td>{escape(second_name)}</td></tr></table>"
    )


def _day(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日"
