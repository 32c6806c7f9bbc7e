"""What the top and the foot of every page say."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from config.navigation import menu
from shared.masthead import Masthead, SessionEnd
from tenancy import session_lengths
from tenancy.directory.models import Host, Municipality
from tenancy.models.staff import Staff
from tenancy.models.standing import Stage, Standing

# Nobody may take a rehearsal for the real thing, or the other way round (S-13, S-56).
BANNERS_FOR_RESIDENTS = {
    Stage.BUILDING: _("このサイトは準備中です。画面の内容は架空のもので、実際の予約はできません。"),
    Stage.TRIAL: _("このサイトは試験中です。画面の内容は架空のもので、実際の予約はできません。"),
    Stage.ENDED: _("この予約の受け付けは終了しました。"),
}
BANNERS_FOR_STAFF = {
    Stage.BUILDING: _("構築中：ダミーデータだけを使います。実在の方の情報を入れないでください。"),
    Stage.TRIAL: _("仮稼働中：ダミーデータだけを使います。実在の方の情報を入れないでください。"),
    Stage.ENDED: _("この事業は終了しています。"),
}


def masthead(request: HttpRequest) -> dict[str, Any]:
    """The municipality's name and call centre; for signed-in staff their menu."""
    served: Municipality | None = getattr(request, "municipality", None)
    if served is None:
        return {}
    name = served.name if (get_language() or "ja").startswith("ja") else served.name_en
    if getattr(request, "host_kind", "") == Host.Kind.STAFF:
        return {"masthead": _for_staff(request, name=name)}
    standing = request.standing  # type: ignore[attr-defined]
    return {"masthead": for_residents(municipality=served, standing=standing)}


def for_residents(*, municipality: Municipality, standing: Standing) -> Masthead:
    """The top and the foot of a residents' page, in the language that is active."""
    is_japanese = (get_language() or "ja").startswith("ja")
    return Masthead(
        name=municipality.name if is_japanese else municipality.name_en,
        service=gettext("%(programme)s 予約") % {"programme": standing.shown_programme},
        phone=standing.call_centre_number,
        hours=standing.shown_hours,
        banner=_banner(standing, BANNERS_FOR_RESIDENTS),
    )


def _for_staff(request: HttpRequest, *, name: str) -> Masthead:
    staff = getattr(request, "user", None)
    banner = _banner(request.standing, BANNERS_FOR_STAFF)  # type: ignore[attr-defined]
    if not isinstance(staff, Staff):
        return Masthead(name=name, service=gettext("業務画面"), banner=banner, variant="staff")
    found = menu(request, staff=staff)
    return Masthead(
        name=name,
        service=gettext("業務画面"),
        banner=banner,
        variant="staff",
        navigation=found.row,
        pages=found.pages,
        rooms=found.rooms,
        staff_name=staff.display_name,
        printed_by=f"{name} {staff.display_name}（{staff.login_name}）",
        sign_out_url=_page("account_logout"),
        session_end=_session_end(request, staff),
    )


def _session_end(request: HttpRequest, staff: Staff) -> SessionEnd | None:
    seconds = getattr(request, "seconds_left", None)
    if seconds is None:
        return None
    length = session_lengths.of_staff()
    return SessionEnd(
        url=_page("tenancy:session"),
        sign_in_url=_page("account_login"),
        whose=str(staff.pk),
        seconds=seconds,
        idle_minutes=int(length.idle.total_seconds()) // 60,
        longest_hours=int(length.longest.total_seconds()) // 3600,
    )


def _banner(standing: Standing, words: dict[Stage, Any]) -> str:
    return str(words.get(Stage(standing.stage), ""))


def _page(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
