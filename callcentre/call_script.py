"""The call script (話法): what an operator says at each step; the ward's own words are in it."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy.models import Standing


class Step(StrEnum):
    """Where a call stands."""

    READY = "ready"
    NOTICE = "notice"
    FIND = "find"
    NARROW = "narrow"
    NOT_FOUND = "not_found"
    IDENTITY = "identity"
    ESCALATED = "escalated"
    HELD = "held"
    UNOPENED = "unopened"
    CARD = "card"
    PICK = "pick"
    PICK_NEXT = "pick_next"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    WARD = "ward"
    CONTACT = "contact"
    WAIT = "wait"
    TOLD = "told"
    WRAP_UP = "wrap_up"


LINES: Final[dict[Step, tuple[Promise, ...]]] = {
    Step.READY: (_("着信があったら、番号を入力して通話を始めます。"),),
    Step.NOTICE: (
        _(
            "「お電話ありがとうございます。%(municipality)s %(programme)sコールセンター、担当の%(operator)sです。」"
        ),
        _("「お伺いする内容は、次の目的にのみ使います。」"),
    ),
    Step.FIND: (
        _("「接種券番号、お名前、生年月日をお願いします。」"),
        _("接種券が手元にない方：「お名前と生年月日、登録の電話番号をお願いします。」"),
    ),
    Step.NARROW: (_("「恐れ入ります、生年月日をもう一度お願いします。」"),),
    Step.NOT_FOUND: (
        _("「お手元の番号をもう一度読み上げていただけますか。」"),
        _("それでも見つからないとき：「区に確認し、担当からご連絡します。」"),
    ),
    Step.IDENTITY: (
        _("「ご本人の確認のため、あと少しお伺いします。」"),
        _("答えを誘導しない。正しい内容をこちらから言わない。"),
    ),
    Step.ESCALATED: (
        _("「恐れ入りますが、ご登録の電話番号に折り返しお電話します。」"),
        _("登録の番号につながらないときは管理者に代わる。"),
    ),
    Step.HELD: (_("「ただいま別の担当が同じ方の手続きをしています。少々お待ちください。」"),),
    Step.UNOPENED: (_("「確認いたしますので、少々お待ちください。」"),),
    Step.CARD: (_("「%(name)s様、ご用件をお伺いします。」"),),
    Step.PICK: (
        _("「ご希望の会場と日にちはありますか。」"),
        _("「いちばん早いのは %(earliest)s です。」"),
    ),
    Step.PICK_NEXT: (
        _("「2回目も続けてお取りします。」"),
        _("「間隔の目安では %(earliest)s が取れます。」"),
    ),
    Step.CONFIRM: (
        _("「それでは復唱します。」 下の内容を読み上げる。"),
        _("「こちらでよろしいですか。」"),
    ),
    Step.CANCEL: (_("「取り消すと、同じ枠は戻せません。よろしいですか。」"),),
    Step.WARD: (_("「区に確認し、担当からご連絡します。」 聞くのは連絡に必要なことだけ。"),),
    Step.WAIT: (
        _(
            "「空きが出ましたら、順番にお知らせします。お知らせした枠は、お返事の期限までお取りしておきます。」"
        ),
        _("会場・期間・連絡の方法を復唱する。"),
    ),
    Step.CONTACT: (
        _("「新しい電話番号かメールアドレスをお願いします。」 復唱する。"),
        _("前の連絡先にも、変更したことが自動で届く。"),
    ),
    Step.TOLD: (
        _("「予約番号を申し上げます。お控えください。」"),
        _("「当日は接種券と本人確認書類をお持ちください。」"),
        _("「ほかにご用件はありますか。」"),
    ),
    Step.WRAP_UP: (_("選択肢を確かめて保存する。自由記述は必要なときだけ短く。"),),
}


def lines(step: Step, standing: Standing, **facts: str) -> list[str]:
    """What to say at a step; a sentence whose facts are not known is left out."""
    known = {
        "municipality": standing.short_name,
        "programme": standing.shown_programme,
        **{name: value for name, value in facts.items() if value},
    }
    found = []
    for line in LINES[step]:
        try:
            found.append(str(line) % known)
        except KeyError:
            continue
    return found
