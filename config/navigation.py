"""What a signed-in person may go to, in the order of the menu: words, page, permission."""

from collections.abc import Iterator
from contextlib import suppress

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared.masthead import Link
from tenancy.models.staff import Staff
from tenancy.permissions import Permission

MENU: tuple[tuple[str | Promise, str, Permission], ...] = (
    (_("ホーム"), "staff_home", Permission.STAFF_HOME),
    (_("電話受付"), "callcentre:desk", Permission.TAKE_CALLS),
    (_("着台状況"), "callcentre:board", Permission.SEE_BOARD),
    (_("連絡リスト"), "call_list:waiting", Permission.WORK_CALL_LIST),
    (_("区への依頼"), "callcentre:ward_requests", Permission.WARD_REQUESTS),
    (_("見守りの記録"), "callcentre:watch_marks", Permission.MARK_RECORDS),
    (_("判断が必要な予約"), "booking:to_decide", Permission.DECIDE_STATUS),
    (_("応対メモの確認"), "callcentre:notes", Permission.WARD_REQUESTS),
    (_("会場と枠"), "venues:venues", Permission.SEE_VENUES),
    (_("休止の振替"), "booking:transfers", Permission.EDIT_VENUES),
    (_("枠の突合"), "booking:counts", Permission.SIGN_PLACES),
    (_("放出計画"), "booking:releases", Permission.SEE_VENUES),
    (_("抽選"), "booking:lottery_plans", Permission.SEE_VENUES),
    (_("キャンセル待ち"), "booking:waiting_list", Permission.PLAN_RELEASES),
    (_("当日の余り"), "booking:leftovers", Permission.CALL_LEFTOVERS),
    (_("受付の決まり"), "booking:rules", Permission.EDIT_RULES),
    (_("入場と待合室"), "frontdoor:door", Permission.EDIT_RULES),
    (_("申込みの状況"), "frontdoor:demand", Permission.SEE_PROGRESS),
    (_("通知の文面"), "notifications:templates", Permission.EDIT_TEMPLATES),
    (_("送信の設定"), "notifications:sender", Permission.EDIT_SENDER),
    (_("受渡し"), "exchange:parcels", Permission.SEND_FILE),
    (_("予約名簿"), "exchange:rosters", Permission.REQUEST_ROSTER),
    (_("接種券の印刷・発送"), "exchange:mailings", Permission.PRINT_VOUCHERS),
    (_("接種券の経過"), "booking:vouchers", Permission.PRINT_VOUCHERS),
    (_("確認書"), "exchange:handovers", Permission.OWN_HANDOVERS),
    (_("職員"), "tenancy:staff", Permission.EDIT_STAFF),
    (_("取扱者名簿"), "tenancy:handlers", Permission.SEE_HANDLERS),
    (_("基本設定"), "tenancy:settings", Permission.EDIT_RULES),
    (_("段階"), "stage", Permission.CHANGE_STAGE),
    (_("閲覧記録"), "privacy:access_log", Permission.SEE_ACCESS_LOG),
    (_("警告"), "privacy:alerts", Permission.SEE_ACCESS_LOG),
    (_("閲覧の抜き取り確認"), "privacy:reviews", Permission.REVIEW_LOOKS),
    (_("複製の一覧"), "privacy:copies", Permission.SEE_ACCESS_LOG),
)


def menu(request: HttpRequest, *, staff: Staff) -> list[Link]:
    """The pages this person may open, the one that is open marked."""
    found = [(str(words), url) for words, url in _pages(staff)]
    # Of pages that lie within each other the innermost is the open one.
    above = (url for _words, url in found if url != "/" and request.path.startswith(url))
    current = max([*above, request.path if request.path == "/" else ""], key=len)
    return [Link(label=words, url=url, is_current=url == current) for words, url in found]


def _pages(staff: Staff) -> Iterator[tuple[str | Promise, str]]:
    for words, page, permission in MENU:
        if not staff.may(permission):
            continue
        with suppress(NoReverseMatch):  # the page is not on this host
            yield words, reverse(page)
