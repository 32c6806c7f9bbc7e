"""Every permission and every role of the whole house, on one page; what is not here is denied."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a staff account is for (役割)."""

    OPERATOR = "operator", _("オペレーター")
    SUPERVISOR = "supervisor", _("管理者（SV）")
    VENUE_STAFF = "venue_staff", _("会場スタッフ")
    WARD_OFFICER = "ward_officer", _("区職員")
    CONTRACTOR = "contractor", _("委託先管理者")
    AUDITOR = "auditor", _("監査担当")


class Permission(StrEnum):
    """One thing a role may do."""

    STAFF_HOME = "staff_home"  # the start page, own password and second factor
    TAKE_CALLS = "take_calls"  # the console: find, check identity, book, move, cancel, wrap up
    SUPERVISE_CALLS = "supervise_calls"  # approve an identity check, take a resident over
    SEE_BOARD = "see_board"  # the floor board
    WORK_CALL_LIST = "work_call_list"  # tell by telephone what could not be sent
    SEE_VENUES = "see_venues"  # venues, openings, places left
    EDIT_VENUES = "edit_venues"  # open, resize, close
    SIGN_PLACES = "sign_places"  # sign for places above the capacity, settle counts that differ
    EDIT_RULES = "edit_rules"  # priority groups, intervals, cut-offs, stop switches
    PLAN_RELEASES = "plan_releases"  # draft, look through and arm release plans
    CALL_LEFTOVERS = "call_leftovers"  # tell who waits that doses are left over, today
    EDIT_TEMPLATES = "edit_templates"  # words of messages
    EDIT_SENDER = "edit_sender"  # quiet hours, caps, accounts messages leave from
    SEND_FILE = "send_file"  # hand in a target list
    COMMIT_FILE = "commit_file"  # type its password, read the dry run, commit it
    REQUEST_ROSTER = "request_roster"  # ask for a roster
    FETCH_ROSTER = "fetch_roster"  # fetch a roster and, at another step, its password
    PRINT_VOUCHERS = "print_vouchers"  # mailings, print runs, pull lists, the life of a voucher
    SEE_HANDOVERS = "see_handovers"  # all handover records, media, prints
    OWN_HANDOVERS = "own_handovers"  # the handover records that name one
    ANSWER_HANDOVERS = "answer_handovers"  # confirm them or object
    WARD_REQUESTS = "ward_requests"  # people who are not on the list
    DECIDE_STATUS = "decide_status"  # bookings of people who moved, died or lost the voucher
    SEE_HANDLERS = "see_handlers"  # the register of named handlers, and its printed list
    EDIT_STAFF = "edit_staff"  # accounts, second-factor reset
    CHANGE_STAGE = "change_stage"  # building, trial, live, ended
    SEE_ACCESS_LOG = "see_access_log"  # who looked at whom
    REVIEW_LOOKS = "review_looks"  # explain the looks that were drawn by lot
    MARK_RECORDS = "mark_records"  # the ward's mark: a record that only a supervisor opens
    SEE_PROGRESS = "see_progress"  # counts only


P = Permission
ROLES: dict[str, frozenset[Permission]] = {
    Role.OPERATOR: frozenset({P.STAFF_HOME, P.TAKE_CALLS, P.SEE_VENUES, P.WORK_CALL_LIST}),
    Role.SUPERVISOR: frozenset(
        {
            P.STAFF_HOME, P.TAKE_CALLS, P.SEE_VENUES, P.WORK_CALL_LIST, P.SEE_BOARD,
            P.SUPERVISE_CALLS, P.SEE_PROGRESS, P.DECIDE_STATUS, P.CALL_LEFTOVERS, P.REVIEW_LOOKS,
        }
    ),
    Role.VENUE_STAFF: frozenset({P.STAFF_HOME, P.SEE_VENUES, P.CALL_LEFTOVERS}),
    Role.WARD_OFFICER: frozenset(
        {
            P.STAFF_HOME, P.SEE_VENUES, P.EDIT_VENUES, P.EDIT_RULES, P.EDIT_TEMPLATES,
            P.PLAN_RELEASES, P.CALL_LEFTOVERS,
            P.EDIT_SENDER, P.SEE_HANDLERS,
            P.SEND_FILE, P.COMMIT_FILE, P.REQUEST_ROSTER, P.FETCH_ROSTER, P.SEE_HANDOVERS,
            P.OWN_HANDOVERS, P.ANSWER_HANDOVERS,
            P.PRINT_VOUCHERS,
            P.WARD_REQUESTS, P.SEE_BOARD, P.SEE_PROGRESS, P.CHANGE_STAGE, P.SEE_ACCESS_LOG,
            P.DECIDE_STATUS, P.SIGN_PLACES, P.REVIEW_LOOKS, P.MARK_RECORDS,
        }
    ),
    Role.CONTRACTOR: frozenset(
        {
            P.STAFF_HOME, P.EDIT_STAFF, P.EDIT_SENDER, P.SEE_HANDLERS, P.SEE_VENUES,
            P.SEE_BOARD, P.SEE_PROGRESS, P.OWN_HANDOVERS, P.ANSWER_HANDOVERS,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            P.STAFF_HOME, P.SEE_HANDLERS, P.SEE_HANDOVERS, P.SEE_ACCESS_LOG, P.SEE_PROGRESS,
            P.OWN_HANDOVERS,
            P.REVIEW_LOOKS,
        }
    ),
}  # fmt: skip

# What each permission is called on the page that shows this table.
WORDS = {
    P.STAFF_HOME: _("開始画面、自分のパスワードと認証アプリ"),
    P.TAKE_CALLS: _("電話受付：検索、本人確認、予約・変更・取消、応対記録"),
    P.SUPERVISE_CALLS: _("本人確認を承認する、担当を引き取る"),
    P.SEE_BOARD: _("着台状況を見る"),
    P.WORK_CALL_LIST: _("送れなかった連絡を電話で伝える"),
    P.SEE_VENUES: _("会場・開設日・残枠を見る"),
    P.EDIT_VENUES: _("会場と枠を開く・変える・閉じる"),
    P.SIGN_PLACES: _("超過枠に署名する、枠の数の差を訂正する"),
    P.EDIT_RULES: _("予約の決まりと基本設定を変える"),
    P.PLAN_RELEASES: _("枠の放出計画を作る・点検する・確定する（二人で）"),
    P.CALL_LEFTOVERS: _("当日の余りを、すぐ来られる方に案内する"),
    P.EDIT_TEMPLATES: _("お知らせの文面を変える"),
    P.EDIT_SENDER: _("送信の設定（差出人・時間・上限）を変える"),
    P.SEND_FILE: _("対象者名簿を渡す"),
    P.COMMIT_FILE: _("対象者名簿を確かめて取り込む"),
    P.REQUEST_ROSTER: _("予約名簿の作成を頼む"),
    P.FETCH_ROSTER: _("予約名簿とそのパスワードを受け取る"),
    P.PRINT_VOUCHERS: _("接種券の印刷・発送と、一枚ごとの経過を扱う"),
    P.SEE_HANDOVERS: _("受渡しの確認書・媒体・印刷のすべての記録を見る"),
    P.OWN_HANDOVERS: _("自分の名前のある確認書を見る"),
    P.ANSWER_HANDOVERS: _("確認書に回答する"),
    P.WARD_REQUESTS: _("名簿にない方の依頼に答える"),
    P.DECIDE_STATUS: _("転出・死亡などの方の予約を、残すか取り消すか決める"),
    P.SEE_HANDLERS: _("取扱者名簿を見る・印刷する"),
    P.EDIT_STAFF: _("職員アカウントを作る・止める・役割を変える"),
    P.CHANGE_STAGE: _("段階を進める（二人で）"),
    P.SEE_ACCESS_LOG: _("閲覧記録を見る"),
    P.REVIEW_LOOKS: _("抜き取った閲覧の理由を確かめる"),
    P.MARK_RECORDS: _("記録を見守りに指定する・解除する"),
    P.SEE_PROGRESS: _("件数だけの進み具合を見る"),
}


# Whoever holds one of these can reach many people's data, change the rules or make accounts: no
# account gets such a role by one person alone.
POWERFUL = frozenset(
    {
        P.EDIT_STAFF, P.CHANGE_STAGE, P.SEND_FILE, P.COMMIT_FILE, P.FETCH_ROSTER,
        P.SEE_ACCESS_LOG, P.EDIT_RULES,
    }
)  # fmt: skip


def is_powerful(role: str) -> bool:
    """Whether a role holds a permission that takes two people to give."""
    return bool(ROLES.get(role, frozenset()) & POWERFUL)


def allows(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission; an unknown role holds none."""
    return permission in ROLES.get(role, frozenset())


def holders(permission: Permission) -> list[str]:
    """The roles that hold a permission."""
    return [role for role in Role.values if allows(role, permission)]
