"""The print run: serials without a gap, who is left out and why, sealed for two people (S-120, S-126)."""

import re
import threading
from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connections

from booking.models import Envelope, LeftOutVoucher, Mailing, Resident, Voucher
from exchange import locks, prints, rosters
from exchange.models import HandoverRecord, Parcel
from exchange.prints import refusals, runs
from privacy.models import AccessEntry
from tenancy.current import serve, serving
from tests import cast
from tests.unit.exchange.conftest import BASE
from tests.unit.exchange.prints.conftest import opened, plan

pytestmark = pytest.mark.usefixtures("here")
Reason = LeftOutVoucher.Reason


def serials(mailing):
    return list(Envelope.objects.filter(mailing=mailing).values_list("serial", flat=True))


class TestFile:
    def test_holds_everybody_once_with_serials_from_one(self, listed, run, officers):
        parcel = run()
        rows = opened(parcel, officers)

        assert [row.problems for row in rows if not row.is_taken] == []
        assert [row.values.serial for row in rows] == [f"{n:08}" for n in range(1, 13)]
        assert {row.values.voucher_number for row in rows} == {one.voucher_number for one in listed}
        assert serials(parcel.mailing) == list(range(1, 13))
        assert (parcel.mailing.envelopes, parcel.rows) == (12, 12)

    def test_each_line_is_the_persons_own(self, listed, run, officers):
        by_number = {one.voucher_number: one for one in listed}
        for row in opened(run(), officers):
            was, said = by_number[row.values.voucher_number], row.values
            assert said.address_1 + said.address_2 + said.address_3 == was.address
            assert (said.name, said.born_on, said.sex) == (was.name, was.born_on, was.sex)
            assert said.dose_line_2 == f"22{was.municipality_code}{was.voucher_number}"
            assert said.bill_to == "見本県見本市"

    def test_each_envelope_is_that_rows_voucher(self, listed, run, officers):
        parcel = run()
        kept = {
            f"{one.serial:08}": str(one.voucher.voucher_number)
            for one in Envelope.objects.select_related("voucher")
        }
        rows = opened(parcel, officers)
        assert {row.values.serial: row.values.voucher_number for row in rows} == kept

    def test_leaves_by_two_people_with_a_record(self, listed, run, officers):
        parcel = run()
        with pytest.raises(rosters.SamePerson):
            rosters.fetch(parcel=parcel, by=officers[0], at=cast.NOW)
        opened(parcel, officers)

        assert AccessEntry.objects.get(what="print_run").count == 12
        record = HandoverRecord.objects.get(parcel=parcel, thing="data")
        assert (record.rows, "PRT" in record.content) == (12, True)

    def test_lies_nowhere_open(self, listed, run, settings):
        run()
        lying = b"".join(p.read_bytes() for p in settings.WAKU_SPOOL.rglob("*") if p.is_file())
        assert lying and listed[0].voucher_number.encode() not in lying

    def test_carries_no_flag_telephone_or_reservation(self, listed, run, officers):
        Resident.objects.filter(pk=Resident.objects.first().pk).update(language="en")
        text = str([row.values for row in opened(run(), officers)])
        assert not re.search(r"@|\+81", text)


class TestLeftOut:
    def test_by_reason_with_counts(self, applied, people, run):
        rows = [row._replace(status_flag="0", born_on="1950-04-01") for row in people(12)]
        rows[0] = rows[0]._replace(status_flag="1")
        rows[1] = rows[1]._replace(status_flag="2")
        rows[2] = rows[2]._replace(postal_code="")
        rows[3] = rows[3]._replace(name="見本　𠮷子")
        rows[4] = rows[4]._replace(address="東京都" + "９" * 50 + "（ダミー）")
        rows[5] = rows[5]._replace(born_on="1950-00-00")
        rows[6] = rows[6]._replace(born_on="1990-04-01")
        rows[7] = rows[7]._replace(
            municipality_code="131041", scheme="2", postal_code="160-0022", status_flag="0"
        )
        applied(rows)
        parcel = run(youngest=65)

        assert parcel.mailing.left_out == {
            Reason.FLAGGED: 2, Reason.NO_POSTAL_CODE: 1, Reason.CHARACTERS: 1,
            Reason.LONG_ADDRESS: 1, Reason.BIRTH_UNKNOWN: 1, Reason.OTHER_AGE: 1,
            Reason.OUT_OF_AREA: 1,
        }  # fmt: skip
        assert parcel.mailing.envelopes == 4
        kept = LeftOutVoucher.objects.filter(mailing=parcel.mailing)
        assert {one.reason for one in kept} == {
            Reason.NO_POSTAL_CODE, Reason.CHARACTERS, Reason.LONG_ADDRESS, Reason.BIRTH_UNKNOWN,
        }  # fmt: skip

    def test_who_was_left_out_and_who_was_printed_are_everybody(self, listed, run):
        parcel = run(youngest=60)
        total = sum(parcel.mailing.left_out.values()) + parcel.mailing.envelopes
        assert total == Voucher.objects.filter(is_live=True).count()

    def test_a_printer_that_knows_all_characters_gets_all(self, applied, people, run):
        rows = [row._replace(status_flag="0") for row in people(3)]
        rows[0] = rows[0]._replace(name="見本　𠮷子")
        applied(rows)
        assert run(all_characters=True).mailing.envelopes == 3

    def test_whoever_is_under_the_vaccines_age(self, listed, run):
        cast.vaccine(minimum_age=200)
        from booking.rulebook import forget_kept

        forget_kept()
        parcel = run()
        assert parcel.state == Parcel.State.REFUSED
        assert parcel.closing_words == str(refusals.NobodyToPrint.words)

    def test_the_next_mailing_sends_only_to_the_others(self, listed, run):
        old = sum(one.born_on <= "1961-05-01" for one in listed)
        first, second = run(youngest=65).mailing, run().mailing
        assert first.envelopes + second.envelopes == 12
        assert second.left_out.get(Reason.SENT, 0) == first.envelopes
        assert first.envelopes in {old, old - 1, old + 1}

    def test_whoever_the_newest_full_list_does_not_name(self, listed, applied, run):
        later = BASE + timedelta(days=7)
        applied(listed[:10], base_date=later)
        mailing = run(base_date=later, age_on=later).mailing
        assert (mailing.envelopes, mailing.left_out) == (10, {Reason.STALE: 2})


class TestBaseDate:
    def test_must_be_that_of_the_newest_list(self, listed, officers):
        wrong = plan(base_date=BASE - timedelta(days=1))
        with pytest.raises(refusals.BaseDateDiffers):
            prints.ask(plan=wrong, by=officers[0], at=cast.NOW)
        assert not Mailing.objects.exists()

    def test_must_not_be_old(self, listed, officers):
        with pytest.raises(refusals.ListTooOld):
            prints.ask(plan=plan(), by=officers[0], at=cast.NOW + timedelta(days=2))

    def test_needs_a_list(self, officers):
        with pytest.raises(refusals.NoList):
            prints.ask(plan=plan(), by=officers[0], at=cast.NOW)

    def test_a_list_taken_in_after_the_asking_ends_the_run(self, listed, applied, officers):
        parcel = prints.ask(plan=plan(), by=officers[0], at=cast.NOW)
        applied(listed[:11], base_date=BASE + timedelta(days=3))
        prints.build(parcel_id=parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.state == Parcel.State.REFUSED
        assert parcel.closing_words == str(refusals.BaseDateDiffers.words)
        assert not Envelope.objects.exists()


class TestWhoMay:
    def test_only_ward_officers_ask(self, listed):
        for role in ("operator", "supervisor", "venue_staff", "contractor", "auditor"):
            with pytest.raises(refusals.NotPermitted):
                prints.ask(plan=plan(), by=cast.staff(role), at=cast.NOW)


class TestOnce:
    def test_a_second_worker_changes_nothing(self, listed, run):
        parcel = run()
        prints.build(parcel_id=parcel.pk, at=cast.NOW)
        assert serials(parcel.mailing) == list(range(1, 13))

    def test_an_end_before_its_end_leaves_nothing(self, listed, officers, monkeypatch, settings):
        parcel = prints.ask(plan=plan(), by=officers[0], at=cast.NOW)
        enclose = runs.mailings.enclose

        def dies(**facts):
            enclose(**facts)
            raise SystemExit

        monkeypatch.setattr(runs.mailings, "enclose", dies)
        with pytest.raises(SystemExit):
            prints.build(parcel_id=parcel.pk, at=cast.NOW)
        monkeypatch.undo()
        parcel.refresh_from_db()
        assert (parcel.state, Envelope.objects.count()) == (Parcel.State.BUILDING, 0)

        prints.build(parcel_id=parcel.pk, at=cast.NOW)
        assert serials(parcel.mailing) == list(range(1, 13))

    def test_waits_while_a_list_is_taken_in(self, listed, officers, here):
        parcel = prints.ask(plan=plan(), by=officers[0], at=cast.NOW)
        held, done = threading.Event(), threading.Event()

        def take_in():
            from tenancy.current import municipality_atomic

            serve(here)
            with municipality_atomic():
                assert locks.intake_is_ours()
                held.set()
                done.wait(60)
            connections.close_all()

        other = threading.Thread(target=take_in)
        other.start()
        assert held.wait(60)
        prints.build(parcel_id=parcel.pk, at=cast.NOW)
        done.set()
        other.join(60)
        parcel.refresh_from_db()
        assert (parcel.state, Envelope.objects.count()) == (Parcel.State.BUILDING, 0)


class TestRace:
    """Two mailings of the same people, built in the same moment."""

    def race(self, here, officers):
        """Ask for two and build both at once; what clashed."""
        parcels = [prints.ask(plan=plan(), by=officers[0], at=cast.NOW) for _ in range(2)]
        errors = []

        def build(parcel):
            with serving(here):
                try:
                    prints.build(parcel_id=parcel.pk, at=cast.NOW)
                except psycopg.errors.UniqueViolation as clash:
                    errors.append(clash)
            connections.close_all()

        threads = [threading.Thread(target=build, args=[one]) for one in parcels]
        for one in threads:
            one.start()
        for one in threads:
            one.join(120)
        return parcels, errors

    def together(self, monkeypatch, module, name):
        """Both call it in the same moment."""
        both, verb = threading.Barrier(2), getattr(module, name)

        def called(*args, **facts):
            both.wait(60)
            return verb(*args, **facts)

        monkeypatch.setattr(module, name, called)

    def test_nobody_is_printed_twice_and_no_serial_is_missing(self, listed, here, officers, monkeypatch):  # fmt: skip
        self.together(monkeypatch, locks, "intake_is_ours")
        parcels, errors = self.race(here, officers)
        monkeypatch.undo()
        for one in parcels:
            prints.build(parcel_id=one.pk, at=cast.NOW)
        states = sorted(Parcel.objects.filter(pk__in=[p.pk for p in parcels]).values_list("state", flat=True))  # fmt: skip

        assert errors == []
        assert states == [Parcel.State.REFUSED, Parcel.State.SEALED]
        assert list(Envelope.objects.values_list("serial", flat=True)) == list(range(1, 13))
        assert Envelope.objects.values("voucher").distinct().count() == 12

    def test_the_danger_is_real_without_the_lock(self, listed, here, officers, monkeypatch):
        monkeypatch.setattr(locks, "intake_is_ours", lambda: True)
        self.together(monkeypatch, runs.mailings, "enclose")
        _, errors = self.race(here, officers)

        assert len(errors) == 1
        assert "envelope_one_on_its_way" in str(errors[0])


class TestConstraints:
    def test_one_serial_once(self, listed, run):
        parcel = run(youngest=65)
        spare = Voucher.objects.exclude(envelopes__isnull=False).first()
        with pytest.raises(IntegrityError, match="envelope_serial_once"):
            Envelope.objects.create(mailing=parcel.mailing, voucher=spare, serial=1)

    def test_no_serial_nought(self, listed, run):
        parcel = run(youngest=65)
        spare = Voucher.objects.exclude(envelopes__isnull=False).first()
        with pytest.raises(IntegrityError, match="envelope_serial_from_one"):
            Envelope.objects.create(mailing=parcel.mailing, voucher=spare, serial=0)


def test_age_is_counted_on_the_day_named(listed, run):
    assert date.fromisoformat(listed[0].born_on)
    early = run(age_on=date(1900, 1, 2), youngest=0)
    assert early.state == Parcel.State.REFUSED
