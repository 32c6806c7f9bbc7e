"""The words Waku brings along (標準の文面): used until the ward writes its own version."""

from notifications.models.message import Carrier, Kind

# Kind → what a template must say, beside the name of the municipality.
MUST_SAY: dict[str, frozenset[str]] = {
    Kind.CONFIRMED: frozenset({"date", "time", "venue"}),
    Kind.MOVED: frozenset({"date", "time", "venue"}),
    Kind.CANCELLED: frozenset({"date"}),
    Kind.REMINDER: frozenset({"date", "time", "venue"}),
    Kind.DAY_CLOSED: frozenset({"date"}),
    Kind.TRANSFERRED: frozenset({"date", "time", "venue"}),
    Kind.CODE: frozenset({"code"}),
    Kind.CONTACT: frozenset({"link"}),
    Kind.OFFERED: frozenset({"date", "venue", "until", "link"}),
    Kind.LEFTOVER: frozenset({"venue", "time", "until", "link"}),
    Kind.NOT_DRAWN: frozenset({"link"}),
    Kind.ASSIGNED: frozenset({"date", "time", "venue", "until", "link"}),
}
LANGUAGES = {"ja": "日本語", "en": "English"}

_SMS_JA = {
    Kind.CONFIRMED: "【{municipality}】{date}{time} {venue}の予約を受け付けました。確認・変更→{link}",
    Kind.MOVED: "【{municipality}】予約を{date}{time} {venue}に変更しました。確認→{link}",
    Kind.CANCELLED: "【{municipality}】{date}{time} {venue}の予約を取り消しました。再予約→{link}",
    Kind.REMINDER: "【{municipality}】{day}{date}{time} {venue}の予約日です。確認・変更→{link}",
    Kind.DAY_CLOSED: "【{municipality}】{date} {venue}は休止します。変更のご案内→{link}",
    Kind.TRANSFERRED: "【{municipality}】会場の休止により予約を{date}{time} {venue}に変更しました。確認・変更→{link}",
    Kind.CODE: "【{municipality}】確認コードは{code}です。10分間使えます。人に教えないでください。",
    Kind.CONTACT: "【{municipality}】予約の連絡先が変わりました。お心当たりがなければお電話ください→{link}",
    Kind.OFFERED: "【{municipality}】空きが出ました。{date}{time} {venue}。{until}までにお返事を→{link}",
    Kind.LEFTOVER: "【{municipality}】{venue}に急な空き。{time}までに来られる方は{until}までに→{link} 先着順",
    Kind.NOT_DRAWN: "【{municipality}】抽選の結果、ご希望の日時をご用意できませんでした。次のご案内→{link}",
    Kind.ASSIGNED: "【{municipality}】{date}{time} {venue}を割り当てました。{until}までにお返事を→{link}",
}
_SMS_EN = {
    Kind.CONFIRMED: "[{municipality}] Booked: {date} {time}, {venue}. Change: {link}",
    Kind.MOVED: "[{municipality}] Moved to {date} {time}, {venue}. View: {link}",
    Kind.CANCELLED: "[{municipality}] Cancelled: {date} {time}, {venue}. {link}",
    Kind.REMINDER: "[{municipality}] {day}: {date} {time}, {venue}. Change: {link}",
    Kind.DAY_CLOSED: "[{municipality}] {venue} is closed on {date}. What to do: {link}",
    Kind.TRANSFERRED: "[{municipality}] Venue closed. Now: {date} {time} {venue}. Change: {link}",
    Kind.CODE: "[{municipality}] Your code is {code}. Valid for 10 minutes. Tell it to nobody.",
    Kind.CONTACT: "[{municipality}] Your contact was changed. If it was not you, call us: {link}",
    Kind.OFFERED: "[{municipality}] Free: {date} {time} {venue}. Reply by {until}: {link}",
    Kind.LEFTOVER: "[{municipality}] Free now: {venue}, by {time}. Reply by {until}: {link}",
    Kind.NOT_DRAWN: "[{municipality}] The draw found no place for you. What to do now: {link}",
    Kind.ASSIGNED: "[{municipality}] For you: {date} {time} {venue}. Reply by {until}: {link}",
}
_SUBJECTS_JA = {
    Kind.CONFIRMED: "予約を受け付けました",
    Kind.MOVED: "予約を変更しました",
    Kind.CANCELLED: "予約を取り消しました",
    Kind.REMINDER: "{day}は予約日です",
    Kind.DAY_CLOSED: "会場の休止のお知らせ",
    Kind.TRANSFERRED: "会場の休止による予約の変更",
    Kind.CODE: "確認コード",
    Kind.CONTACT: "連絡先を変更しました",
    Kind.OFFERED: "空きのご案内",
    Kind.LEFTOVER: "急な空きのご案内",
    Kind.NOT_DRAWN: "抽選の結果",
    Kind.ASSIGNED: "日時を割り当てました",
}
_SUBJECTS_EN = {
    Kind.CONFIRMED: "Your reservation",
    Kind.MOVED: "Your reservation was moved",
    Kind.CANCELLED: "Your reservation was cancelled",
    Kind.REMINDER: "Your reservation: {day}",
    Kind.DAY_CLOSED: "Your venue is closed",
    Kind.TRANSFERRED: "Your reservation was moved",
    Kind.CODE: "Your code",
    Kind.CONTACT: "Your contact was changed",
    Kind.OFFERED: "A place is free",
    Kind.LEFTOVER: "A place is free now",
    Kind.NOT_DRAWN: "The result of the draw",
    Kind.ASSIGNED: "A time and place for you",
}
_MAIL_JA = (
    "{municipality}からのお知らせです。\n\n%s\n\n"
    "このメールは送信専用です。お心当たりのない方は、このメールを消してください。\n"
)
_MAIL_EN = (
    "A message from {municipality}.\n\n%s\n\n"
    "Nobody reads answers to this mail. If it is not for you, please throw it away.\n"
)
_VISIT_JA = "日時　{date} {time}\n会場　{venue}\n\n予約の確認と変更はこちらから。\n{link}"
_VISIT_EN = "When: {date} {time}\nWhere: {venue}\n\nView or change it here:\n{link}"
_BODIES_JA = {
    Kind.CONFIRMED: f"次のとおり予約を受け付けました。\n\n{_VISIT_JA}",
    Kind.MOVED: f"予約を次のとおり変更しました。\n\n{_VISIT_JA}",
    Kind.CANCELLED: f"次の予約を取り消しました。\n\n{_VISIT_JA}",
    Kind.REMINDER: f"{{day}}は予約日です。\n\n{_VISIT_JA}",
    Kind.DAY_CLOSED: "{date}の{venue}は休止します。変更の方法をご案内します。\n{link}",
    Kind.TRANSFERRED: (
        "会場の休止により、予約を次のとおり変更しました。ご都合が合わないときは、変更や取消ができます。"
        f"\n\n{_VISIT_JA}"
    ),
    Kind.CODE: "確認コードは{code}です。10分間使えます。人に教えないでください。",
    Kind.CONTACT: "予約の連絡先が変わりました。お心当たりがないときは、コールセンターにお電話ください。\n{link}",
    Kind.OFFERED: (
        "お待ちいただいていた空きが出ました。\n\n日時　{date} {time}\n会場　{venue}\n\n"
        "{until}まで、この枠をお取りしています。予約するかどうかを、こちらからお返事ください。\n{link}"
    ),
    Kind.LEFTOVER: (
        "会場に急な空きが出ました。{time}までに来られる方に、先着順でご案内しています。\n\n会場　{venue}\n\n"
        "{until}までに、こちらからお返事ください。先にほかの方で埋まることがあります。\n{link}"
    ),
    Kind.NOT_DRAWN: (
        "抽選の結果、ご希望の日時をご用意できませんでした。"
        "キャンセル待ちなど、次にできることをご案内します。\n{link}"
    ),
    Kind.ASSIGNED: (
        "次の日時と会場を割り当てました。\n\n日時　{date} {time}\n会場　{venue}\n\n"
        "{until}までに、承諾・日時の変更・辞退のどれかを、こちらからお返事ください。\n{link}"
    ),
}
_BODIES_EN = {
    Kind.CONFIRMED: f"Your reservation is made.\n\n{_VISIT_EN}",
    Kind.MOVED: f"Your reservation was moved.\n\n{_VISIT_EN}",
    Kind.CANCELLED: f"This reservation was cancelled.\n\n{_VISIT_EN}",
    Kind.REMINDER: f"Your reservation: {{day}}.\n\n{_VISIT_EN}",
    Kind.DAY_CLOSED: "{venue} is closed on {date}. This is what you can do:\n{link}",
    Kind.TRANSFERRED: (
        "Your venue is closed, so your reservation was moved. If this does not suit you, change or "
        f"cancel it.\n\n{_VISIT_EN}"
    ),
    Kind.CODE: "Your code is {code}. It is valid for 10 minutes. Tell it to nobody.",
    Kind.CONTACT: "The contact of your reservation was changed. If it was not you, please call us.\n{link}",
    Kind.OFFERED: (
        "A place you were waiting for is free.\n\nWhen: {date} {time}\nWhere: {venue}\n\n"
        "It is kept for you until {until}. Take it or pass it on here:\n{link}"
    ),
    Kind.LEFTOVER: (
        "A place is free now, for whoever can be there by {time}; the first to answer gets it.\n\n"
        "Where: {venue}\n\nAnswer here by {until}. It may be gone sooner:\n{link}"
    ),
    Kind.NOT_DRAWN: (
        "The draw found no place for you among your wishes. "
        "This is what you can do now, such as waiting for a free place:\n{link}"
    ),
    Kind.ASSIGNED: (
        "A time and a venue are kept for you.\n\nWhen: {date} {time}\nWhere: {venue}\n\n"
        "Accept, change or decline it here by {until}:\n{link}"
    ),
}


def standard(*, kind: str, carrier: str, language: str) -> tuple[str, str]:
    """Subject and text; a language without words of its own speaks Japanese."""
    one = Kind(kind)
    english = language == "en"
    if carrier != Carrier.MAIL:
        return "", (_SMS_EN if english else _SMS_JA)[one]
    if english:
        return _SUBJECTS_EN[one], _MAIL_EN % _BODIES_EN[one]
    return _SUBJECTS_JA[one], _MAIL_JA % _BODIES_JA[one]
