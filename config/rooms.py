"""The rooms of the staff's site and their doors: words, page, permission, what it is for."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy.permissions import Permission


@dataclass(frozen=True)
class Door:
    """One page of the menu; `what_for` is a line under its name on the home page."""

    words: str | Promise
    page: str
    permission: Permission
    what_for: str | Promise


ROOMS: tuple[tuple[str | Promise, tuple[Door, ...]], ...] = (
    (
        _("電話"),
        (
            Door(
                _("電話受付"),
                "callcentre:desk",
                Permission.TAKE_CALLS,
                _("電話を受けて予約を取ります"),
            ),
            Door(
                _("着台状況"),
                "callcentre:board",
                Permission.SEE_BOARD,
                _("オペレーターと呼の今の様子"),
            ),
            Door(
                _("連絡リスト"),
                "call_list:waiting",
                Permission.WORK_CALL_LIST,
                _("折り返しや届かなかった連絡を電話で済ませます"),
            ),
            Door(
                _("区への依頼"),
                "callcentre:ward_requests",
                Permission.WARD_REQUESTS,
                _("コールセンターから区への問い合わせと返事"),
            ),
            Door(
                _("見守りの記録"),
                "callcentre:watch_marks",
                Permission.MARK_RECORDS,
                _("配慮が要る方の印"),
            ),
            Door(
                _("応対メモの確認"),
                "callcentre:notes",
                Permission.WARD_REQUESTS,
                _("応対メモに書いてはいけないことがないか確かめます"),
            ),
        ),
    ),
    (
        _("会場と枠"),
        (
            Door(
                _("会場と枠"), "venues:venues", Permission.SEE_VENUES, _("会場、開設日、枠、ロット")
            ),
            Door(
                _("放出計画"),
                "booking:releases",
                Permission.SEE_VENUES,
                _("いつ、だれに、何枠を開くか"),
            ),
            Door(
                _("枠の突合"),
                "booking:counts",
                Permission.SIGN_PLACES,
                _("枠の数が台帳と合っているか"),
            ),
            Door(
                _("休止の振替"),
                "booking:transfers",
                Permission.EDIT_VENUES,
                _("休む日の予約をほかの日に移します"),
            ),
        ),
    ),
    (
        _("予約"),
        (
            Door(
                _("判断が必要な予約"),
                "booking:to_decide",
                Permission.DECIDE_STATUS,
                _("亡くなった方、転出した方などの予約"),
            ),
            Door(
                _("抽選"),
                "booking:lottery_plans",
                Permission.SEE_VENUES,
                _("申込みを集めて抽選で決めます"),
            ),
            Door(
                _("キャンセル待ち"),
                "booking:waiting_list",
                Permission.PLAN_RELEASES,
                _("空きを待つ方と案内の順番"),
            ),
            Door(
                _("当日の余り"),
                "booking:leftovers",
                Permission.CALL_LEFTOVERS,
                _("余った本数を、すぐ来られる方に案内します"),
            ),
        ),
    ),
    (
        _("受付"),
        (
            Door(
                _("受付の決まり"),
                "booking:rules",
                Permission.EDIT_RULES,
                _("締切、対象、回数、変更の決まり"),
            ),
            Door(
                _("入場と待合室"),
                "frontdoor:door",
                Permission.EDIT_RULES,
                _("混雑した朝に入場する人数"),
            ),
            Door(
                _("申込みの状況"),
                "frontdoor:demand",
                Permission.SEE_PROGRESS,
                _("予約と空きの進み方"),
            ),
            Door(
                _("通知の文面"),
                "notifications:templates",
                Permission.EDIT_TEMPLATES,
                _("SMS・メール・電話の文"),
            ),
            Door(
                _("送信の設定"),
                "notifications:sender",
                Permission.EDIT_SENDER,
                _("差出人と送る時間"),
            ),
        ),
    ),
    (
        _("ファイルと書類"),
        (
            Door(
                _("受渡し"),
                "exchange:parcels",
                Permission.SEND_FILE,
                _("暗号化したファイルを渡し、受け取ります"),
            ),
            Door(
                _("予約名簿"),
                "exchange:rosters",
                Permission.REQUEST_ROSTER,
                _("会場で使う名簿を作ります"),
            ),
            Door(
                _("接種券の印刷・発送"),
                "exchange:mailings",
                Permission.PRINT_VOUCHERS,
                _("発送便、抜取り、印刷結果"),
            ),
            Door(
                _("接種券の経過"),
                "booking:vouchers",
                Permission.PRINT_VOUCHERS,
                _("一枚の接種券に何があったか"),
            ),
            Door(
                _("確認書"),
                "exchange:handovers",
                Permission.OWN_HANDOVERS,
                _("渡した物、返った物、消した物の記録"),
            ),
        ),
    ),
    (
        _("職員と設定"),
        (
            Door(_("職員"), "tenancy:staff", Permission.EDIT_STAFF, _("アカウントと役割")),
            Door(
                _("取扱者名簿"),
                "tenancy:handlers",
                Permission.SEE_HANDLERS,
                _("個人情報を扱う人の名簿"),
            ),
            Door(
                _("基本設定"),
                "tenancy:settings",
                Permission.EDIT_RULES,
                _("電話番号、受付時間、事業の名前"),
            ),
            Door(_("段階"), "stage", Permission.CHANGE_STAGE, _("構築、仮稼働、本稼働、終了")),
        ),
    ),
    (
        _("記録と点検"),
        (
            Door(
                _("閲覧記録"),
                "privacy:access_log",
                Permission.SEE_ACCESS_LOG,
                _("だれが、いつ、何を見たか"),
            ),
            Door(_("警告"), "privacy:alerts", Permission.SEE_ACCESS_LOG, _("ふだんと違う使われ方")),
            Door(
                _("閲覧の抜き取り確認"),
                "privacy:reviews",
                Permission.REVIEW_LOOKS,
                _("閲覧に理由があったか、抜き取って確かめます"),
            ),
            Door(
                _("複製の一覧"),
                "privacy:copies",
                Permission.SEE_ACCESS_LOG,
                _("作られたファイルと印刷の記録"),
            ),
        ),
    ),
)
