"""The console's doors, walked as an operator walks them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Reservation
from callcentre.models import Call, CallNote, CallParty, Lease, WardRequest
from tenancy.standings import standing
from tests import cast
from tests.serving import desk

BIRTH = {"name": "見本太郎", "born_on": "Ｓ２５．４．１"}


@pytest.fixture
def console(operator):
    return desk(operator)


@pytest.fixture
def places(served):
    """Two days three weeks apart, bookable now."""
    cast.everybody_may_book()
    today = timezone.localdate()
    venue = cast.venue(name="見本会場")
    made = [
        cast.slot(day=today + timedelta(days=days), venue_=venue, bookable_from=timezone.now())
        for days in (3, 24)
    ]
    return [slot for slot, *_ in made]


def post(console, path, follow=True, **data):
    return console.post(f"/console/{path}", data, follow=follow)


def start(console):
    return post(console, "calls/start/", caller_number="０９０－９９９９－０００１")


def find(console, **data):
    return post(console, "find/", **({"notice_read": "on"} | data))


def text(answer):
    return answer.content.decode()


class TestBeforeTheIdentityIsProven:
    def test_nothing_personal_is_shown(self, console, taro):
        start(console)

        page = text(find(console, number="9990123456"))

        assert "本人確認" in page
        for secret in ("見本　太郎", "1950", "昭和25", "見本町", "9990123456", "090-9999-0001"):
            assert secret not in page.replace("090-9999-0001", "", 1)

    def test_wrong_answers_name_the_item_only(self, console, taro):
        start(console)
        page = text(find(console, number="9990123456", name="見本花子"))

        assert "登録と合いません：氏名" in page
        assert "太郎" not in page

    def test_three_wrong_answers_end_in_a_call_back(self, console, taro, operator):
        start(console)
        find(console, number="9990123456", name="見本花子")
        party = CallParty.objects.get()
        for _ in range(2):
            page = text(post(console, f"parties/{party.pk}/answer/", name="だれか"))
        assert "本人確認ができませんでした" in page

        page = text(post(console, f"parties/{party.pk}/ring-back/"))

        call = Call.objects.get(state="live")
        assert (call.direction, call.caller_number) == ("outbound", taro.phone)
        assert "090-9999-0001" in page
        assert call.parties.get().identity == "asking"

    def test_finding_needs_the_notice_read(self, console, taro):
        start(console)

        answer = console.post("/console/find/", {"number": "9990123456"})

        assert answer.status_code == 422
        assert CallParty.objects.count() == 0

    def test_several_are_told_apart_by_asking(self, console, taro, served):
        cast.resident(name="見本　花子", phone=taro.phone)
        start(console)

        page = text(find(console, number="090-9999-0001"))
        assert "2人が当てはまります" in page
        assert "花子" not in page.replace('value="', "")

        page = text(find(console, number="090-9999-0001", **BIRTH))
        assert "見本　太郎" in page

    def test_nobody_becomes_a_request_to_the_ward(self, console, served):
        start(console)
        page = text(find(console, number="9990999999"))
        assert "名簿に見つかりません" in page

        post(
            console,
            "ward-requests/ask/",
            question="not_on_list",
            voucher_number="９９９０９９９９９９",
        )

        assert WardRequest.objects.get().voucher_number == "9990999999"

    def test_a_refused_look_says_what_to_ask_for(self, console, served):
        start(console)

        answer = find(console, name="見本太郎")

        assert answer.status_code == 409
        assert "生年月日も入力" in text(answer)


class TestBooking:
    @pytest.fixture
    def known(self, console, taro, places):
        start(console)
        self.page = text(find(console, number="9990123456", **BIRTH))
        return CallParty.objects.get()

    def test_books_both_doses_in_seven_steps(self, console, known, places):
        first, second = places
        assert "見本　太郎" in self.page
        assert "1回目の枠" in self.page

        page = text(console.get(f"/console/?party={known.pk}&do=book&s1={first.pk}"))
        assert "2回目の枠" in page
        page = text(console.get(f"/console/?party={known.pk}&do=book&s1={first.pk}&s2={second.pk}"))
        assert "予約の復唱" in page
        key = re.search(r'name="request_key" value="([^"]+)"', page)[1]

        page = text(
            post(console, f"parties/{known.pk}/claim/", s1=first.pk, s2=second.pk, request_key=key)
        )

        made = list(Reservation.objects.order_by("dose_number"))
        assert [one.dose_number for one in made] == [1, 2]
        assert all(one.reservation_number in page for one in made)

        page = text(post(console, "calls/wrap-up/"))
        assert '<option value="book" selected>' in page
        assert '<option value="claimed" selected>' in page
        assert "見本　太郎" not in page
        post(console, "calls/end/", reason="book", outcome="claimed", then="ready")

        assert Call.objects.get().state == "ended"
        assert CallNote.objects.get().outcome == "claimed"
        assert Lease.objects.count() == 0

    def test_a_refusal_comes_back_to_the_picker(self, console, known, places):
        first, _ = places
        first.buckets.update(taken=4, capacity=4)

        page = text(post(console, f"parties/{known.pk}/claim/", s1=first.pk, d="1"))

        assert "満員になりました" in page
        assert "1回目の枠" in page

    def test_moves_and_cancels(self, console, known, places):
        first, second = places
        post(console, f"parties/{known.pk}/claim/", s1=first.pk)
        made = Reservation.objects.get()

        page = text(console.get(f"/console/?party={known.pk}&do=move&r={made.pk}"))
        assert "1回目の変更先" in page
        page = text(post(console, f"parties/{known.pk}/move/", r=made.pk, s1=second.pk, version=1))
        assert "予約を変更しました" in page
        page = text(
            post(console, f"parties/{known.pk}/cancel/", r=made.pk, version=1, reason="health")
        )
        assert "ほかの画面で変更" in page
        page = text(post(console, f"parties/{known.pk}/cancel/", r=made.pk, version=2, reason=""))
        assert "取消の理由" in page
        post(console, f"parties/{known.pk}/cancel/", r=made.pk, version=2, reason="health")

        made.refresh_from_db()
        assert not made.is_live

    def test_somebody_else_sees_who_is_dealing_with_them(self, known, other_operator):
        second = desk(other_operator)
        start(second)

        page = text(find(second, number="9990123456", **BIRTH))

        assert "電話 一子さんが対応中" in page
        assert "見本　太郎" not in page

    def test_a_supervisor_takes_over(self, known, supervisor):
        theirs = desk(supervisor)
        start(theirs)
        find(theirs, number="9990123456", **BIRTH)
        party = CallParty.objects.get(call__operator=supervisor)

        page = text(post(theirs, f"parties/{party.pk}/take-over/"))
        assert "引き継ぐ理由を選んでください" in page
        assert Lease.objects.get().holder != supervisor
        page = text(post(theirs, f"parties/{party.pk}/take-over/", reason="stuck"))

        assert "見本　太郎" in page
        assert Lease.objects.get().holder == supervisor

    def test_the_lease_beats_on(self, console, known):
        before = Lease.objects.get().expires_at

        assert console.post("/console/lease/").json() == {"held": 1}
        assert Lease.objects.get().expires_at > before

    def test_a_record_that_permits_nothing_says_so(self, console, known, taro):
        taro.status_flag = "1"
        taro.save()

        page = text(console.get("/console/"))

        assert "名簿の記録により予約できません" in page
        assert "1回目の枠" not in page


class TestProxy:
    def test_is_not_offered_without_consent(self, console, taro):
        assert 'name="speaker"' not in text(start(console))

    def test_marks_who_spoke(self, console, taro):
        row = standing()
        row.proxy_allowed = True
        row.save()
        assert 'name="speaker"' in text(start(console))

        find(console, number="9990123456", speaker="family", **BIRTH)

        assert CallParty.objects.get().speaker == "family"


class TestDeskState:
    def test_ready_and_away(self, console, operator):
        assert "離席する" in text(post(console, "state/", then="ready"))
        assert "受付可にする" in text(post(console, "state/", then="away"))


class TestWrapUp:
    def test_a_delicate_word_is_asked_about(self, console, served):
        start(console)
        post(console, "calls/wrap-up/")
        note = {"reason": "other", "outcome": "answered", "text": "宗教の話"}

        answer = post(console, "calls/end/", **note)
        assert answer.status_code == 422
        assert "書かないほうがよい言葉" in text(answer)

        post(console, "calls/end/", **note, delicate_kept="on")
        assert CallNote.objects.get().is_delicate


class TestPlacesDocument:
    def test_tells_only_what_changed(self, console, places):
        from venues import availability

        availability.announce(at=timezone.now())
        day = timezone.localdate() + timedelta(days=3)
        query = f"?since={day}&day={day}&venue={places[0].opening.venue_id}&slots={places[1].pk}"

        answer = console.get(f"/console/places.json{query}")

        found = answer.json()
        assert found["seq"] == 1
        assert found["slots"][str(places[0].pk)] == ["6/6", "2/2", "many"]
        assert str(places[1].pk) in found["slots"]
        again = console.get(
            f"/console/places.json{query}", headers={"if-none-match": answer["ETag"]}
        )
        assert again.status_code == 304

    @pytest.mark.parametrize(
        "query", ["?since=x&day=1&venue=-3&slots=a,b", "?seq=99999999999999999"]
    )
    def test_survives_nonsense(self, console, places, query):
        assert console.get(f"/console/places.json{query}").status_code == 200


@pytest.mark.parametrize("role", ["venue_staff", "ward_officer", "contractor", "auditor"])
def test_the_desk_is_for_those_who_take_calls(served, role):
    assert desk(cast.staff(role)).get("/console/").status_code == 403


def test_speaks_english(console, taro):
    start(console)
    console.cookies["__Host-lang"] = "en"

    page = text(find(console, number="9990123456", **BIRTH))

    assert "Done in this call" not in page
    assert "End the call" in page
    assert "Who speaks" in page
    assert "話法" not in page


class TestContact:
    def test_is_asked_for_where_there_is_none_and_changed(self, console, taro):
        taro.phone = None
        taro.save()
        start(console)
        page = text(find(console, number="9990123456", **BIRTH))
        assert "連絡先が登録されていません" in page
        party = CallParty.objects.get()
        assert "連絡先の変更" in text(console.get(f"/console/?party={party.pk}&do=contact"))

        path = f"parties/{party.pk}/contact/"
        assert console.post(f"/console/{path}", {"phone": "1"}).status_code == 422
        page = text(post(console, path, phone="０９０－９９９９－０００２"))

        assert "連絡先を変更しました" in page
        taro.refresh_from_db()
        assert taro.phone == "+819099990002"
