"""Enrolling many at once: one COPY, during which the connection can be asked nothing else."""

from datetime import date

import pytest

from booking import enrolments, residents
from booking.enrolments import Enrolment, Particulars, What
from privacy import keys
from privacy.fields import blind_index
from tests.cast import NOW


def line(number):
    said = Particulars("見本　太郎", "1950-04-01", "1", "199-9999", "見本市（ダミー）", "0", "1")
    key = enrolments.Keys().key(issuer_code="999997", voucher_number=number)
    ids = enrolments.new_id(), enrolments.new_id()
    return Enrolment(What.NEW, *ids, key, "999997", number, said)


class TestEnrolling:
    def test_asks_for_no_key_while_rows_are_copied(self, served, monkeypatch):
        """Kept keys run out after a minute: asking for them inside a COPY would wait for ever."""
        really = keys._open
        copying = []

        def opened(code):
            assert not copying, "the keys were asked for on a connection that is copying"
            return really(code)

        def rows():
            row = line("9990000001")
            copying.append(True)
            keys.forget_kept()
            blind_index("voucher", "9990000001")
            yield row
            copying.clear()

        monkeypatch.setattr(keys, "_open", opened)
        keys.forget_kept()
        enrolments.enrol(rows=rows(), base_date=date(2026, 6, 1), is_dummy=True, at=NOW)

        (found,) = residents.find(number="9990000001")
        assert found.resident.name == "見本　太郎"

    def test_the_danger_is_real(self, served, monkeypatch):
        monkeypatch.setattr(keys, "_open", lambda code: pytest.fail("asked for"))
        keys.forget_kept()

        with pytest.raises(pytest.fail.Exception):
            blind_index("voucher", "9990000001")
