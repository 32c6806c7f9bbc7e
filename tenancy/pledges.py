"""Verbs and questions on pledges (誓約): nobody works here who has not accepted what binds them.

Other words are another version, and everybody is asked again (S-133).
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from shared.database import violates
from tenancy import standings
from tenancy.current import municipality_atomic
from tenancy.models import Pledge, Staff

PLEDGED: Final = "pledged"
# What is shown until the municipality has written its own.
PLEDGE = _(
    "業務で知った個人情報その他の秘密を、他人に漏らさず、不当な目的に使いません。この業務を離れた後も同じです。\n"
    "定められた場所と端末だけで扱い、許可なく持ち出し、複写し、撮影しません。\n"
    "漏えい、紛失、誤った送付に気づいたときは、すぐに取扱責任者に報告します。\n"
    "これらに反したときは、法令と条例による罰則や損害賠償の対象になることを理解しました。"
)
NOTICE = _(
    "だれが、いつ、なぜ、どの対象者を見たかは、すべて記録され、区が確認します。\n"
    "ログイン名とパスワード、認証アプリ、パスキーを人に貸しません。\n"
    "席を離れるときは画面を閉じます。"
)


class OtherVersion(Exception):
    """The words have changed since they were shown; `words` say so."""

    words = _("文面が変わりました。新しい文面を読んでください。")


@dataclass(frozen=True)
class Shown:
    """What is to be accepted now."""

    version: int
    pledge: str
    notice: str

    @property
    def words(self) -> str:
        """Both, as they are kept."""
        return f"{self.pledge}\n\n{self.notice}"


def shown() -> Shown:
    """The words in force."""
    row = standings.standing()
    return Shown(
        version=row.pledge_version,
        pledge=row.pledge or str(PLEDGE),
        notice=row.handling_notice or str(NOTICE),
    )


def has_pledged(session: SessionBase | MutableMapping[str, Any], staff: Staff) -> bool:
    """Whether this person has accepted the words in force; the session remembers that they have."""
    version = standings.shown().pledge_version
    if session.get(PLEDGED) == version:
        return True
    if not Pledge.objects.filter(staff=staff, version=version).exists():
        return False
    session[PLEDGED] = version
    return True


def accept(*, version: int, by: Staff, at: datetime) -> None:
    """Keep that the words in force were accepted; twice is once."""
    words = shown()
    if words.version != version:
        raise OtherVersion
    try:
        with municipality_atomic():
            Pledge.objects.create(staff=by, version=version, words=words.words, accepted_at=at)
    except IntegrityError as clash:
        if not violates(clash, "pledge_once_a_version"):
            raise


def newest_of(staff: Staff | None) -> Pledge | None:
    """The last pledge somebody made."""
    return Pledge.objects.filter(staff=staff).order_by("-version").first() if staff else None
