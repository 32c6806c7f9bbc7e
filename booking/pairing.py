"""How the doses of a person belong together (接種回の組み合わせ): words that rules and rows share."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PairRule(TextChoices):
    """How the doses of a person belong together."""

    EACH = "each", _("続けて案内する（1回分だけの予約もできる）")
    TOGETHER = "together", _("すべての回を同時に予約する（どれかだけでは予約できない）")
    IN_TURN = "in_turn", _("次の回は、前の回の接種日を過ぎてから予約する")
    FIRST_ONLY = "first_only", _("予約は1回目だけ（次の回は会場で決める）")


class Unanswered(TextChoices):
    """What becomes of an assigned place nobody has answered for."""

    KEEP = "keep", _("返事がなくても予約のままにする")
    GIVE_UP = "give_up", _("返事がなければ取り消し、枠を空ける")


class MakerRule(TextChoices):
    """Of what the doses of a person may be."""

    SAME_VACCINE = "vaccine", _("すべての回を同じワクチンにする")
    SAME_MAKER = "maker", _("すべての回を同じメーカーにする")
    ANY = "any", _("回ごとに違ってもよい")
