"""Vaccine lots: vials given to a day, never too many for it to give in time."""

from datetime import date

import pytest

from booking import releases
from booking.models import ReleasePlan, ReleaseRow
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from venues import stock
from venues.models import LotEntry, VaccineLot

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def opening(served):
    return cast.slot(web=4, phone=2)[0].opening  # 15 June, six places


@pytest.fixture
def signed(served):
    return {"reason": "配送", "by": cast.staff("ward_officer"), "at": NOW}


def lot(**changes):
    return {
        "lot_number": "EP2163", "expires_on": date(2026, 6, 15), "doses_per_vial": 6, "vials": 2,
        **changes,
    }  # fmt: skip


class TestAllotting:
    def test_gives_a_day_doses(self, opening, signed):
        stock.allot(opening=opening, **lot(), **signed)
        stock.allot(opening=opening, **lot(lot_number="ｅｐ-9", vials=1), **signed)

        found = stock.stock_of(opening)
        assert [(str(one.lot), one.vials, one.doses) for one in found.lines] == [
            ("EP-9", 1, 6), ("EP2163", 2, 12),
        ]  # fmt: skip
        assert (found.doses, found.places, found.missing) == (18, 6, 0)
        assert stock.doses_of([opening.pk]) == {opening.pk: 18}

    def test_takes_away_by_a_second_entry(self, opening, signed):
        stock.allot(opening=opening, **lot(), **signed)
        stock.allot(opening=opening, **lot(vials=-2), **signed)

        assert stock.stock_of(opening).lines == ()
        assert [one.vials for one in stock.entries_of(opening)] == [-2, 2]
        assert stock.doses_of([opening.pk]) == {opening.pk: 0}  # somebody has said so

    def test_says_how_many_are_missing(self, opening, signed):
        stock.allot(opening=opening, **lot(doses_per_vial=5, vials=1), **signed)

        assert stock.stock_of(opening).missing == 1

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"expires_on": date(2026, 6, 14)}, stock.LotExpired),
            ({"lot_number": "EP 2163"}, stock.NotALotNumber),
            ({"lot_number": "'; DROP"}, stock.NotALotNumber),
            ({"lot_number": ""}, stock.NotALotNumber),
            ({"vials": 0}, stock.NotThatMany),
            ({"vials": -1}, stock.NotThatMany),
            ({"vials": 10_000}, stock.NotThatMany),
        ],
    )
    def test_refuses_and_leaves_nothing_behind(self, opening, signed, wrong, refusal):
        with pytest.raises(refusal):
            stock.allot(opening=opening, **lot(**wrong), **signed)

        assert not LotEntry.objects.exists()
        assert not VaccineLot.objects.exists()

    def test_one_lot_has_one_expiry(self, opening, signed):
        stock.allot(opening=opening, **lot(), **signed)

        with pytest.raises(stock.LotDiffers):
            stock.allot(opening=opening, **lot(expires_on=date(2026, 7, 1)), **signed)


class TestThePage:
    def typed(self, **changes):
        return {
            "lot_number": "EP2163", "expires_on": "2026-06-15", "doses_per_vial": "6",
            "vials": "1", "reason": "配送", **changes,
        }  # fmt: skip

    def test_keeps_and_shows(self, opening):
        ward = desk(cast.staff("ward_officer"))
        path = f"/venues/openings/{opening.pk}/lots/"
        assert "まだ割り当てられていません" in ward.get(path).text

        assert ward.post(path, self.typed(doses_per_vial="5")).status_code == 302
        page = ward.get(path).text
        assert "EP2163" in page
        assert "ワクチンが1人分足りません" in page

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"expires_on": "2026-06-14"}, "使用期限が切れています"),
            ({"expires_on": "x"}, "日付"),
            ({"lot_number": "あ"}, "英数字"),
            ({"doses_per_vial": "0"}, "1"),
            ({"vials": "9" * 40}, "9999"),
            ({"reason": ""}, "理由"),
        ],
    )
    def test_bad_input_gets_a_sentence(self, opening, wrong, words):
        answer = desk(cast.staff("ward_officer")).post(
            f"/venues/openings/{opening.pk}/lots/", self.typed(**wrong)
        )

        assert answer.status_code == 422
        assert words in answer.text

    def test_nobody_else_and_nowhere_else(self, opening):
        path = f"/venues/openings/{opening.pk}/lots/"
        assert desk(cast.staff("operator")).post(path, self.typed()).status_code == 403
        assert desk(cast.staff("ward_officer")).get("/venues/openings/987654/lots/").status_code == 404  # fmt: skip


def test_a_plan_that_releases_more_than_the_vials_give_is_found(opening, signed):
    stock.allot(opening=opening, **lot(doses_per_vial=5, vials=1), **signed)
    cast.everybody_may_book()
    plan = ReleasePlan.objects.create(
        name="試験の計画", announced_at=NOW, day_from=opening.day, day_until=opening.day,
        edited_by=cast.staff("ward_officer"), edited_at=NOW,
    )  # fmt: skip
    for channel in ("web", "phone"):
        ReleaseRow.objects.create(
            plan=plan, day_from=opening.day, day_until=opening.day, opens_at=NOW, channel=channel
        )

    assert "beyond_doses" in {one.code for one in releases.findings(plan, at=NOW)}
