"""The ward's sealed target list comes in through the real intake, by its two people."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from config import env
from config.demo import clerk
from config.demo.cast import MIHON, TAMESHI, Town
from config.demo.clerk import SealedList, seal_list
from exchange import intake, spool
from exchange.models import Parcel
from shared.calendar import day_of
from tenancy import accounts
from tenancy import municipalities as known
from tenancy.current import serving
from tenancy.models import Staff

PIECE: Final = 1 << 20
SMALL_TOWN: Final = 10  # the second municipality has a tenth of the first one's people


def target_lists() -> str:
    """5,000 people for the first municipality, some for the second; once."""
    people = env.number("WAKU_DEMO_PEOPLE", 5_000)
    return "、".join(
        _take_in(town, people=count, seed=seed)
        for town, count, seed in ((MIHON, people, 1), (TAMESHI, people // SMALL_TOWN, 2))
    )


def _take_in(town: Town, *, people: int, seed: int) -> str:
    with serving(known.find(code=town.code)):
        lists = Parcel.objects.filter(direction=Parcel.Direction.IN)
        if not lists.filter(state=Parcel.State.APPLIED).exists():
            open_one = lists.exclude(state__in=[Parcel.State.REFUSED, Parcel.State.RETURNED])
            _carry(open_one.first() or _hand_in(town, people=people, seed=seed))
        taken = lists.filter(state=Parcel.State.APPLIED).earliest("made_at")
    return f"{town.name} {taken.rows:,}人"


def _hand_in(town: Town, *, people: int, seed: int) -> Parcel:
    at = timezone.now()
    to = clerk.folder() / f"taishosha-{town.code}-{day_of(at):%Y%m%d}.zip"
    made = seal_list(
        town=town, people=people, seed=seed, base_date=day_of(at), to=to, at=timezone.localtime(at)
    )
    with made.path.open("rb") as file:
        spooled = spool.keep(iter(lambda: file.read(PIECE), b""))
    declared = intake.Declared(
        base_date=made.base_date, rows=made.people, encoding="utf-8", is_dummy=True
    )
    return intake.receive(spooled=spooled, declared=declared, by=_officer(1), at=at)


def _carry(parcel: Parcel) -> None:
    """From wherever a killed demo left it: password, dry run, second person, list."""
    for state, work in (
        (Parcel.State.RECEIVED, _unlock),
        (Parcel.State.CHECKING, _check),
        (Parcel.State.CHECKED, _commit),
        (Parcel.State.APPLYING, _apply),
    ):
        parcel.refresh_from_db()
        if parcel.state == state:
            work(parcel, timezone.now())
    parcel.refresh_from_db()
    assert parcel.state == Parcel.State.APPLIED, parcel.closing_words


def _unlock(parcel: Parcel, at: datetime) -> None:
    intake.unlock(parcel=parcel, password=SealedList.password, by=_officer(2), at=at)


def _check(parcel: Parcel, at: datetime) -> None:
    intake.check(parcel_id=parcel.pk, at=at)


def _commit(parcel: Parcel, at: datetime) -> None:
    reason = "デモ" if parcel.errors else ""
    intake.commit(parcel=parcel, partial_reason=reason, by=_officer(2), at=at)


def _apply(parcel: Parcel, at: datetime) -> None:
    intake.apply(parcel_id=parcel.pk, at=at)


def _officer(number: int) -> Staff:
    return accounts.everybody().get(login_name=f"officer{number}")
