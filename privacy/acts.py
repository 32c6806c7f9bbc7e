"""The words of what the access log records, on one page; an act without words is shown as it is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    # the account
    "sign_in": _("ログイン"),
    "step_up": _("認証コードの再確認"),
    "passkey_made": _("パスキーの登録"),
    "passkey_forgotten": _("パスキーの削除"),
    "sign_out": _("ログアウト"),
    "session_ended": _("ログイン中の端末の終了"),
    "sign_in_to_change": _("予約番号による本人の確認"),
    "ask_for_code": _("確認コードの送信依頼"),
    # the record of a resident
    "find": _("検索"),
    "view": _("閲覧"),
    "view_without_call": _("通話なしの閲覧"),
    "claim": _("予約"),
    "claimed": _("予約"),
    "moved": _("変更"),
    "cancelled": _("取消"),
    "change_contact": _("連絡先の変更"),
    "identity_asking": _("本人確認：回答"),
    "identity_passed": _("本人確認：一致"),
    "identity_escalated": _("本人確認：承認待ち"),
    "identity_approved": _("本人確認：管理者の承認"),
    "take_over": _("対応の引き継ぎ"),
    "call_back_number": _("折り返し先の番号の表示"),
    "call_list": _("連絡リスト：番号と文面の表示"),
    "call_list_result": _("連絡リスト：結果の記録"),
    "notes_reviewed": _("応対メモの確認"),
    "note_shredded": _("応対メモの廃棄"),
    "ward_request": _("区への依頼"),
    "ward_requests_seen": _("区への依頼の閲覧"),
    "ward_request_closed": _("区への依頼の完了"),
    "reveal": _("監査での氏名の表示"),
    "view_waits": _("記録を開けなかった（管理者の確認が必要）"),
    "view_let": _("管理者が通話に記録を開いた"),
    "watch_mark_set": _("見守りの指定"),
    "watch_mark_lifted": _("見守りの解除"),
    "look_reviewed": _("抜き取った閲覧の確認"),
    "trace_find": _("監査での対象者の指定"),
    "alert_answered": _("警告への回答"),
    # files
    "intake": _("名簿の取込"),
    "roster": _("予約名簿の作成"),
    "incident_asked": _("漏えい等の報告資料の依頼"),
    "incident_pack": _("漏えい等の報告資料の受取り"),
    "print_run": _("印字データの受取り"),
    "pull_list": _("抜取リストの受取り"),
    "print_results": _("印刷結果の反映"),
    "left_out_seen": _("印字から除いた人の閲覧"),
    "voucher_seen": _("接種券の経過の閲覧"),
    "voucher_noted": _("接種券の経過の記録"),
    "log_cut": _("保存期間を過ぎた閲覧記録の切り離し"),
    "backup": _("バックアップの作成"),
    "restored": _("バックアップからの復元"),
    "spoiled_shredded": _("復元の前のデータの消去"),
    "copy_added": _("複製の記録"),
    "copy_destroyed": _("複製の廃棄の記録"),
    "backup_keys": _("鍵の控えの作成"),
    "rewrap_keys": _("鍵の包み直し"),
    "rehearsal_shredded": _("リハーサルのデータの消去"),
}


def words_of(act: str) -> str:
    """The act in words."""
    return str(ACTS.get(act, act))
