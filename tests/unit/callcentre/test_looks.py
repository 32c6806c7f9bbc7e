"""A look without a call needs a purpose, is written down and counted; and the ward's pages."""

import pytest

from booking.residents import NameAlone
from callcentre import board, calls, looks, notes, ward_requests
from callcentre.models import CallNote, WardRequest
from callcentre.parties import Clues
from callcentre.refusals import LookedTooOften, PurposeMissing
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW
from tests.serving import desk

CLUES = Clues(number="9990123456")


class TestLook:
    def test_shows_the_masked_card_and_says_why(self, operator, taro):
        card = looks.look(
            clues=CLUES, purpose="ward", detail="区からの照会 5月31日", by=operator, at=NOW
        )

        assert card.name == "見本　太郎"
        assert card.phone.endswith("0001")
        assert "9999" not in card.phone
        line = AccessEntry.objects.get(what="view_without_call")
        assert (line.resident_id, line.why) == (taro.pk, "ward: 区からの照会 5月31日")
        assert board.picture(at=NOW).looks_without_call == 1

    @pytest.mark.parametrize(("purpose", "detail"), [("", "理由はある"), ("ward", "  ")])
    def test_refuses_no_purpose(self, operator, taro, purpose, detail):
        with pytest.raises(PurposeMissing):
            looks.look(clues=CLUES, purpose=purpose, detail=detail, by=operator, at=NOW)

    def test_locks_who_looks_too_often(self, operator, taro):
        for _ in range(looks.MOST):
            looks.look(clues=CLUES, purpose="ward", detail="照会のため", by=operator, at=NOW)

        with pytest.raises(LookedTooOften):
            looks.look(clues=CLUES, purpose="ward", detail="照会のため", by=operator, at=NOW)

    def test_writes_down_and_counts_what_found_nobody(self, operator, served):
        by_name = Clues(name="見本　太郎")
        for _ in range(looks.MOST):
            with pytest.raises(NameAlone):
                looks.look(clues=by_name, purpose="ward", detail="照会のため", by=operator, at=NOW)

        assert AccessEntry.objects.filter(what=looks.WHAT, succeeded=False).count() == looks.MOST
        with pytest.raises(LookedTooOften):
            looks.look(clues=by_name, purpose="ward", detail="照会のため", by=operator, at=NOW)

    def test_page_refuses_without_a_purpose(self, operator, taro):
        client = desk(operator)
        assert client.get("/console/look/").status_code == 200

        answer = client.post("/console/look/", {"number": "9990123456"})
        assert answer.status_code == 422
        assert "太郎" not in answer.content.decode()

        data = {"number": "9990123456", "purpose": "ward", "detail": "区からの照会"}
        assert "見本　太郎" in client.post("/console/look/", data).content.decode()
        answer = client.post("/console/look/", {**data, "number": "9990999999"})
        assert answer.status_code == 409


class TestTheWardsPages:
    def test_requests_are_answered_and_forgotten(self, operator, call, served):
        asked = ward_requests.ask(
            call=call, question="no_voucher", phone="+819099990001", text="再発行を希望",
            by=operator, at=NOW,
        )  # fmt: skip
        officer = desk(cast.staff("ward_officer"))
        page = officer.get("/console/ward-requests/").content.decode()
        assert "再発行を希望" in page
        assert "090-9999-0001" in page

        path = f"/console/ward-requests/{asked.pk}/close/"
        assert "対応を選んで" in officer.post(path, {}, follow=True).content.decode()
        page = officer.post(path, {"answer": "reissued"}, follow=True).content.decode()

        assert "再発行を希望" not in page
        assert WardRequest.objects.get().closed_at

    def test_notes_are_reviewed_and_shredded(self, operator, call, served):
        calls.wrap_up(call=call, by=operator, at=NOW)
        note = notes.write(
            call=call, reason="other", outcome="answered", text="持病の話", by=operator, at=NOW
        )
        officer = desk(cast.staff("ward_officer"))
        page = officer.get("/console/notes/").content.decode()
        assert "持病の話" in page
        assert "要確認" in page

        page = officer.post(f"/console/notes/{note.pk}/shred/", follow=True).content.decode()

        assert "持病の話" not in page
        assert CallNote.objects.get().text is None

    @pytest.mark.parametrize("path", ["ward-requests/", "notes/"])
    def test_are_closed_to_operators(self, operator, path):
        assert desk(operator).get(f"/console/{path}").status_code == 403
