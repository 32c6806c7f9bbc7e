"""Rule: the papers of an incident pack: the nine items of the commission, letter, notice, clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localtime

from privacy.incidents import MANY

TO_FILL_IN: Final = "（記入してください）"
# 速報 within three to five days of knowing, 確報 within thirty, within sixty where it was on purpose.
CLOCK: Final = (
    ("速報の目安", 3), ("速報の期限", 5), ("確報の期限", 30), ("確報の期限（不正の目的の場合）", 60),
)  # fmt: skip


@dataclass(frozen=True)
class Incident:
    """What the papers say; counts and the house's own words, nobody's name."""

    municipality: str
    programme: str
    owning_section: str
    number: str
    reason: str
    begins: datetime
    ends: datetime
    known_at: datetime
    made_at: datetime
    people: int
    lines: int
    in_bulk: list[tuple[str, int]]
    acts: list[str]
    log_stands: bool
    head: str
    links: int


def report(one: Incident) -> str:
    """Everything on one sheet of text, ready to be completed by the ward."""
    parts = [_title(one), _clock(one), _nine_items(one), _letter(one), _notice(one)]
    return "\n\n".join(parts) + "\n"


def _title(one: Incident) -> str:
    rule = "超えています" if one.people > MANY else "超えていません"
    stands = (
        "改ざんは見つかりませんでした" if one.log_stands else "異常があります（chain_proof.json）"
    )
    return "\n".join(
        (
            f"漏えい等の報告資料　{one.number}　（{_moment(one.made_at)} 作成）",
            f"自治体：{one.municipality}　所管：{one.owning_section}　事業：{one.programme}",
            f"調べた期間：{_moment(one.begins)} から {_moment(one.ends)} まで",
            f"調べた理由：{one.reason}",
            f"対象者の数：{one.people}人（閲覧記録 {one.lines}件）　{MANY}人を{rule}。",
            "要配慮個人情報を含む場合、不正の目的による場合は、人数にかかわらず報告の対象です。",
            f"閲覧記録の検証：{stands}。連鎖の環 {one.links}、先頭 {one.head}",
        )
    )


def _clock(one: Incident) -> str:
    lines = [f"【期限】知った日時：{_moment(one.known_at)}"]
    for words, days in CLOCK:
        lines.append(f"・{words}（{days}日）：{localtime(one.known_at + timedelta(days=days)):%Y-%m-%d}")  # fmt: skip
    return "\n".join(lines)


def _nine_items(one: Incident) -> str:
    bulk = "、".join(f"{words} {count}件" for words, count in one.in_bulk) or "なし"
    items = (
        ("概要", f"{_moment(one.begins)}から{_moment(one.ends)}までの間の、職員による対象者の記録の閲覧・操作。{one.reason}"),
        ("個人データの項目", "氏名、生年月日、性別、住所、電話番号、接種券番号、予約の内容のうち、次の行為で表示されたもの：" + "、".join(one.acts)),
        ("本人の数", f"{one.people}人（名簿は INC の CSV）。複数の人に一度に関わる操作：{bulk}"),
        ("原因", TO_FILL_IN),
        ("二次被害又はそのおそれの有無及びその内容", TO_FILL_IN),
        ("本人への対応の実施状況", TO_FILL_IN),
        ("公表の実施状況", TO_FILL_IN),
        ("再発防止のための措置", TO_FILL_IN),
        ("その他参考となる事項", f"閲覧記録の抜粋 log_lines.csv、連鎖の証明 chain_proof.json を同封。先頭 {one.head}"),
    )  # fmt: skip
    return "【個人情報保護委員会への報告事項】\n" + "\n".join(
        f"{number} {title}：{words}" for number, (title, words) in enumerate(items, start=1)
    )


def _letter(one: Incident) -> str:
    return (
        "【甲への報告書（案）】\n"
        f"{one.municipality}長　様\n"
        f"{one.programme}に係る個人情報の取扱いについて、下記のとおり事故（のおそれ）を確認しましたので、"
        "契約に基づき書面により報告します。\n"
        f"記　1 確認した日時 {_moment(one.known_at)}　2 対象者の数 {one.people}人　"
        f"3 内容 {one.reason}　4 現在の状況と対応 {TO_FILL_IN}"
    )


def _notice(one: Incident) -> str:
    return (
        "【本人への通知（案）】\n"
        f"{one.municipality} {one.owning_section}\n"
        f"{one.programme}の予約に関するあなたの情報が、業務上の必要なく閲覧された可能性があることが分かりました。"
        f"深くおわびいたします。閲覧された可能性のある期間は{_moment(one.begins)}から{_moment(one.ends)}までです。"
        f"閲覧された項目、これまでの対応、お問い合わせ先：{TO_FILL_IN}"
    )


def _moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
