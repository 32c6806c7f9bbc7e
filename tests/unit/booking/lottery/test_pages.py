"""The lottery's pages: officers draft, publish and draw; residents apply, change, see the result."""

import pytest
import time_machine

from booking import lottery
from booking.models import Lottery, LotteryApplication, Reservation
from tests import cast
from tests.cast import NOW
from tests.serving import desk
from tests.unit.booking.lottery.conftest import AFTER, DAY, applied, drawn, settled
from tests.unit.booking.views.conftest import Visitor
from venues import programmes

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=True):
        yield


def typed():
    return {
        "name": "6月15日の抽選", "programme": programmes.first(), "vaccine": cast.vaccine().pk,
        "channel": "reserve", "day_from": DAY.isoformat(), "day_until": DAY.isoformat(),
        "opens_day": "2026-06-01", "opens_time": "09:00:00",
        "closes_day": "2026-06-06", "closes_time": "10:00:00", "shown": "1",
    }  # fmt: skip


def wished(**changes):
    return {"venue_1": "any", "phone": "070-9999-0002", "email": "", "notice": "1"} | changes


class TestOfficers:
    def test_from_the_draft_to_the_draw(self, bucket, officers):
        first, second = map(desk, officers)
        first.post("/lotteries/new/", typed())
        row = Lottery.objects.get()
        path = f"/lotteries/{row.pk}/"
        assert "最後に変えた本人は公開できません" in first.get(path).content.decode()

        assert first.post(f"{path}announce/", {"shown": row.version}).status_code == 409
        assert second.post(f"{path}announce/", {"shown": row.version}).status_code == 302
        row.refresh_from_db()
        page = second.get(path).content.decode()
        assert row.seed_hash in page
        assert row.seed not in page
        applied(row)
        assert second.post(f"{path}draw/", {"shown": row.version}).status_code == 409
        with time_machine.travel(AFTER, tick=True):
            again = desk(officers[1])
            assert again.post(f"{path}draw/", {"shown": row.version}).status_code == 302
            settled(row)
            page = again.get(path).content.decode()

        assert row.seed in page
        assert "すべて合いました" in page
        assert Reservation.objects.count() == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": ""}, {"closes_day": "2026-05-01"}, {"day_until": "2026-01-01"}, {"vaccine": "0"},
            {"channel": "<script>"}, {"opens_time": "99:99"}, {"programme": "9" * 30},
            {"name": "x" * 500},
        ],
    )  # fmt: skip
    def test_nonsense_gets_words(self, bucket, officers, changes):
        answer = desk(officers[0]).post("/lotteries/new/", typed() | changes)

        assert answer.status_code == 422
        assert not Lottery.objects.exists()

    def test_an_operator_reads_only(self, running):
        client = desk(cast.staff("operator"))

        assert client.get(f"/lotteries/{running.pk}/").status_code == 200
        assert client.post(f"/lotteries/{running.pk}/close/", {"shown": "2"}).status_code == 403


class TestResidents:
    def test_apply_change_withdraw(self, running):
        visitor, person = Visitor(), cast.resident()
        assert running.seed_hash in visitor.get("/lottery/").text
        assert "抽選の申込み・結果" in visitor.get("/").text
        path = f"/lottery/{running.pk}/"
        assert visitor.sign_in(person, lottery=str(running.pk)).url == path

        assert visitor.post(path, **wished()).url == path
        number = LotteryApplication.objects.get().number
        assert number in visitor.get(path).text
        visitor.post(path, **wished(venue_1="any", part_1="am"))
        assert LotteryApplication.objects.get().wishes[0]["part"] == "am"
        visitor.post(f"{path}withdraw/")

        assert LotteryApplication.objects.get().state == "withdrawn"

    @pytest.mark.parametrize(
        "changes",
        [
            {"venue_1": "987654"}, {"day_1": "2027-01-01"}, {"day_1": "x"}, {"part_1": "<b>"},
            {"phone": ""}, {"notice": "0"}, {"venue_2": "any"},
        ],
    )  # fmt: skip
    def test_nonsense_gets_words(self, running, changes):
        visitor = Visitor()
        visitor.sign_in(cast.resident(), lottery=str(running.pk))

        answer = visitor.post(f"/lottery/{running.pk}/", **wished(**changes))

        assert answer.status_code == 422
        assert not LotteryApplication.objects.exists()

    def test_nobody_without_signing_in_and_no_draft(self, running, officers):
        visitor = Visitor()
        assert visitor.get(f"/lottery/{running.pk}/").url == "/sign-in/"
        visitor.sign_in(cast.resident())
        Lottery.objects.update(state="withdrawn")

        assert visitor.get(f"/lottery/{running.pk}/").status_code == 404
        assert visitor.get(f"/lottery/{officers[0].pk}/").status_code == 404

    def test_who_lost_is_led_to_the_waiting_list(self, running, officers, bucket):
        people = [cast.resident() for _ in range(3)]
        for one in people:
            applied(running, one)
        with time_machine.travel(AFTER, tick=True):
            settled(drawn(running, officers[0]))
            loser = LotteryApplication.objects.get(state="lost").resident_id
            visitor = Visitor()
            visitor.sign_in(next(one for one in people if one.pk == loser), lottery=str(running.pk))
            page = visitor.get(f"/lottery/{running.pk}/").text
            assert "キャンセル待ちに登録する" in page
            assert lottery.find(running.pk).seed in visitor.get("/lottery/").text
            winner = LotteryApplication.objects.filter(state="won").first().resident_id
            other = Visitor()
            refused = other.sign_in(next(one for one in people if one.pk == winner))

        assert refused.status_code == 422  # one neutral sentence, as for everybody who has booked
