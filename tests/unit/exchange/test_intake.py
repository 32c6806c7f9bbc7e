"""A ward's list comes in: two people, whole or not at all, nothing of it in the open."""

import json
from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection

from booking import rulebook
from booking.models import Resident, Voucher
from exchange import intake, parcels, row_caps, spool
from exchange.intake import _apply, _check, refusals
from exchange.models import HandoverRecord, Parcel, ParcelEvent, RejectedRow
from privacy.fields import blind_index
from privacy.models import AccessEntry
from tenancy.models import Standing
from tenancy.standings import standing
from tests import cast
from tests.unit.exchange.conftest import BASE, PASSWORD, declared

pytestmark = pytest.mark.usefixtures("here")


def person(row):
    voucher = Voucher.objects.select_related("resident").get(
        number_index=blind_index("voucher", row.voucher_number), issuer_code=row.municipality_code
    )
    return voucher.resident


def live_stage():
    Standing.objects.update_or_create(pk=1, defaults={"stage": "live"})


class TestReceive:
    def test_keeps_the_container_as_it_came_and_waits_for_the_password(
        self, hand_in, people, container
    ):
        content = container(people())
        parcel = hand_in(people(), sealed=content)

        assert parcel.state == "received"
        assert spool.path_of(parcel.spool_name).read_bytes() == content
        assert parcel.first_by is not None
        assert [event.what for event in parcels.events(parcel)] == ["handed_in"]

    def test_numbers_follow_each_other(self, hand_in, people):
        numbers = [hand_in(people(seed=seed)).number for seed in (1, 2)]

        assert numbers == ["T20260601-001", "T20260601-002"]

    def test_refuses_the_same_file_twice_without_a_reason(self, hand_in, people, container):
        content = container(people())
        hand_in(people(), sealed=content)

        with pytest.raises(refusals.AlreadyReceived):
            hand_in(people(), sealed=content)
        hand_in(people(), sealed=content, repeat_reason="取込みの練習のため")

    def test_one_person_has_only_so_many_waiting(self, hand_in, people, monkeypatch):
        monkeypatch.setattr(intake._receive, "MOST_WAITING", 1)
        hand_in(people(seed=1))

        with pytest.raises(refusals.TooManyWaiting):
            hand_in(people(seed=2))
        assert len(spool.names()) == 1

    def test_a_refusal_keeps_nothing(self, hand_in, people):
        with pytest.raises(refusals.BaseDateAhead):
            hand_in(people(), base_date=cast.NOW.date() + timedelta(days=1))

        assert spool.names() == []
        assert Parcel.objects.count() == 0

    @pytest.mark.parametrize("data", [b"a,b\r\n", b"\xef\xbb\xbf", b"", b"%PDF", b"\x50"])
    def test_what_is_no_container_never_reaches_the_disk(self, data):
        with pytest.raises(spool.OpenFile):
            spool.keep([data, b"PK\x03\x04"])

        assert spool.names() == []

    def test_too_large_a_file_is_not_kept(self, monkeypatch):
        monkeypatch.setattr(spool, "MAX_SIZE", 10)

        with pytest.raises(spool.TooLargeToKeep):
            spool.keep([b"PK\x03\x04123456", b"7890"])
        assert spool.names() == []

    def test_an_operator_may_not_hand_in(self, hand_in, people):
        with pytest.raises(refusals.NotPermitted):
            hand_in(people(), by=cast.staff("operator"))

    def test_only_we_may_read_the_spool(self, hand_in, people):
        path = spool.path_of(hand_in(people()).spool_name)

        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.parent.name == "999997"

    @pytest.mark.parametrize("name", ["../x", "/etc/passwd", "", "a.sealed", "x" * 32 + ".sealed"])
    def test_the_spool_opens_no_other_name(self, name):
        with pytest.raises(FileNotFoundError):
            spool.path_of(name)


class TestStage:
    def test_before_live_only_dummies_enter(self, hand_in, people):
        with pytest.raises(refusals.NotDummy):
            hand_in(people(), is_dummy=False)

    def test_from_live_on_no_dummies_enter(self, hand_in, people):
        live_stage()

        with pytest.raises(refusals.NotReal):
            hand_in(people())

    def test_real_people_called_dummy_are_refused_whole(self, checked, people):
        rows = people()
        rows[7] = rows[7]._replace(address="東京都見本市架空町１番")
        parcel = checked(rows)

        assert parcel.state == "refused"
        assert parcel.closing_words == str(refusals.MarksDisagree.words)
        assert spool.names() == []

    def test_dummies_called_real_are_refused_whole(self, checked, people):
        live_stage()
        parcel = checked(people(), is_dummy=False)

        assert parcel.closing_words == str(refusals.MarksDisagree.words)

    def test_real_people_enter_when_live(self, applied, people):
        live_stage()
        rows = [row._replace(address="東京都見本市架空町１番") for row in people()]

        assert applied(rows, is_dummy=False).state == "applied"
        assert not Resident.objects.filter(is_dummy=True).exists()

    def test_after_the_end_nothing_enters(self, hand_in, people):
        Standing.objects.update_or_create(pk=standing().pk, defaults={"stage": "ended"})

        with pytest.raises(refusals.Ended):
            hand_in(people())


class TestUnlock:
    def test_the_same_person_may_not_type_the_password(self, hand_in, people, officers):
        parcel = hand_in(people())

        with pytest.raises(refusals.SamePerson):
            intake.unlock(parcel=parcel, password=PASSWORD, by=officers[0], at=cast.NOW)

    def test_the_database_keeps_two_people_too(self, hand_in, people, officers):
        parcel = hand_in(people())

        with pytest.raises(IntegrityError):
            Parcel.objects.filter(pk=parcel.pk).update(unlocked_by=officers[0])

    def test_the_password_lies_sealed_and_only_as_long_as_needed(
        self, hand_in, people, officers, stage
    ):
        parcel = hand_in(people())
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)
        with psycopg.connect(stage.superuser_url) as sight:
            (kept,) = sight.execute("SELECT password FROM m_999997.exchange_parcel").fetchone()

        assert PASSWORD.encode() not in kept
        intake.check(parcel_id=parcel.pk, at=cast.NOW)
        intake.give_back(parcel=parcel, reason="試験", by=officers[1], at=cast.NOW)
        parcel.refresh_from_db()
        assert parcel.password is None

    def test_a_wrong_password_may_be_tried_again(self, checked, people, officers):
        parcel = checked(people(), password="wrong")

        assert (parcel.state, parcel.failures) == ("received", 1)
        assert parcel.password is None
        assert RejectedRow.objects.count() == 0
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[2], at=cast.NOW)
        intake.check(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        assert parcel.state == "checked"

    def test_after_five_wrong_passwords_the_file_is_gone(self, hand_in, people, officers):
        parcel = hand_in(people())
        for _ in range(5):
            intake.unlock(parcel=parcel, password="wrong", by=officers[1], at=cast.NOW)
            intake.check(parcel_id=parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.state == "refused"
        assert spool.names() == []
        with pytest.raises(refusals.WrongState):
            intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)


class TestDryRun:
    def test_counts_and_changes_nothing(self, checked, people):
        parcel = checked(people(200))
        summary = parcel.summary

        assert parcel.state == "checked"
        assert summary["rows"] == summary["taken"] == 200
        assert summary["what"]["new"] == 200
        assert sum(people for _, people in summary["ages"]) == 200
        assert sum(summary["flags"].values()) == 200
        assert Resident.objects.count() == 0
        assert parcel.progress == 100

    def test_counts_priority_groups(self, checked, people):
        from booking.models import PriorityGroup
        from booking.rulebook import forget_kept

        PriorityGroup.objects.create(
            name="65歳以上", position=1, born_until=date(1962, 4, 1), bookable_from=cast.NOW
        )
        forget_kept()
        parcel = checked(people(300))

        groups = dict(parcel.summary["groups"])
        assert groups["65歳以上"] > 20
        assert groups["65歳以上"] + groups["優先区分なし"] == 300

    def test_lists_every_problem_without_a_person_in_it(self, checked, people):
        rows = people(60, errors=12, gaiji=2)
        parcel = checked(rows)
        said = [
            (found.row, found.column, found.code, found.words) for found in parcels.problems(parcel)
        ]

        assert parcel.errors == 14
        assert {code for _, _, code, _ in said} >= {"E03", "E04", "E05", "E06", "E09", "E12"}
        text = json.dumps(said, ensure_ascii=False) + json.dumps(parcel.summary, ensure_ascii=False)
        assert not any(row.name and row.name in text for row in rows)
        assert not any(row.voucher_number in text for row in rows)

    def test_warns_of_people_too_young_for_every_vaccine_of_the_ward(self, checked, people):
        cast.vaccine(minimum_age=16)
        cast.vaccine("別のダミー製薬", minimum_age=12)
        rows = people(5)
        young = [
            rows[0]._replace(born_on="2014-05-03"),  # 11 by law on the base date, 2026-05-01
            rows[1]._replace(born_on="2014-05-01"),  # 12 the day before
            rows[2]._replace(born_on="2014-00-00"),
        ]

        parcel = checked([*young, *rows[3:]])

        assert parcel.summary["codes"] == {"W04": 1, "W05": 1}
        assert (parcel.summary["refused"], parcel.summary["taken"]) == (0, 5)
        kept = RejectedRow.objects.get(code="W04")
        assert (kept.row, kept.column) == (2, "生年月日")

    def test_of_a_ward_without_vaccines_warns_of_nobody(self, checked, people):
        rows = people(3)

        parcel = checked([rows[0]._replace(born_on="2020-01-01"), *rows[1:]])

        assert "W04" not in parcel.summary["codes"]

    def test_a_rule_that_begins_later_counts_and_one_that_ended_does_not(self, checked, people):
        from booking.models import VaccineCourse

        vaccine = cast.vaccine(minimum_age=5, effective_from=date(2026, 1, 1))
        for day, age in ((date(2026, 4, 1), 16), (date(2026, 7, 1), 12)):
            VaccineCourse.objects.create(vaccine=vaccine, effective_from=day, minimum_age=age)
        rulebook.forget_kept()
        rows = people(3)
        ages = ("2016-01-01", "2013-01-01")  # 10 and 13

        parcel = checked(
            [*[rows[n]._replace(born_on=born) for n, born in enumerate(ages)], rows[2]]
        )

        assert parcel.summary["codes"].get("W04") == 1

    def test_a_file_whose_rows_are_fewer_than_declared_is_refused(self, checked, people):
        parcel = checked(people(), declared_rows=41)

        assert parcel.closing_words == str(refusals.RowsDiffer.words)
        assert spool.names() == []

    def test_a_forbidden_column_refuses_the_whole_and_is_wiped(self, checked, people):
        header = ",".join(["個人番号", *["x"] * 10])
        parcel = checked(people(), data=header.encode() + b"\r\n")

        assert parcel.state == "refused"
        assert "個人番号" in parcel.closing_words
        assert [found.code for found in parcels.problems(parcel)] == ["E11"]
        assert spool.names() == []

    def test_a_twelve_digit_number_refuses_the_whole(self, checked, people):
        rows = people()
        rows[3] = rows[3]._replace(address="東京都見本市 1234-5678-9018（ダミー）")
        parcel = checked(rows)

        assert parcel.state == "refused"
        assert [(found.row, found.code) for found in parcels.problems(parcel)] == [(5, "E11")]
        assert "123456789018" not in parcel.closing_words.replace("-", "")

    def test_another_municipality_by_name_is_refused_before_its_rows_are_read(
        self, checked, people
    ):
        parcel = checked(people(), name="TGT_999989_20260501_001.csv")

        assert parcel.closing_words == str(refusals.WrongMunicipality.words)

    def test_another_municipality_by_its_rows(self, checked, people):
        parcel = checked([row._replace(municipality_code="999989") for row in people()])

        assert parcel.errors == 40
        assert parcel.summary["codes"]["E10"] == 40

    def test_is_read_in_the_declared_encoding_only(self, checked, people):
        parcel = checked(people(only_cp932=True), encoding="cp932")
        assert parcel.state == "checked"

        wrong = checked(people(seed=2, only_cp932=True), encoding="cp932", base_date=BASE)
        assert wrong.state == "checked"

    def test_the_wrong_encoding_is_refused(self, checked, people, container):
        content = container(people(only_cp932=True), encoding="cp932")
        parcel = checked(people(), sealed=content)

        assert parcel.state == "refused"
        assert [found.code for found in parcels.problems(parcel)] == ["E02"]

    def test_may_be_run_again(self, checked, people):
        parcel = checked(people(30, errors=3))
        before = RejectedRow.objects.count()
        intake.check(parcel_id=parcel.pk, at=cast.NOW)

        assert RejectedRow.objects.count() == before

    def test_a_lost_file_says_so(self, hand_in, people, officers):
        parcel = hand_in(people())
        spool.erase(parcel.spool_name)
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)
        intake.check(parcel_id=parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.closing_words == str(refusals.FileLost.words)


class TestCommit:
    def test_reads_the_rules_before_the_rows_go_in(self, checked, people, officers):
        parcel = checked(people())
        intake.commit(parcel=parcel, partial_reason="", by=officers[1], at=cast.NOW)
        rulebook.forget_kept()  # as in a worker that has just started

        intake.apply(parcel_id=parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.state == "applied"

    def test_takes_everybody_in(self, applied, people, officers):
        rows = people(120)
        parcel = applied(rows)

        assert parcel.state == "applied"
        assert Resident.objects.count() == Voucher.objects.count() == 120
        for row in rows[::17]:
            resident = person(row)
            assert (resident.name, str(resident.born_on)) == (row.name, row.born_on)
            assert (resident.address, resident.postal_code) == (row.address, row.postal_code)
            assert (resident.sex, resident.status_flag) == (row.sex, row.status_flag)
            assert resident.is_dummy
            assert resident.base_date == BASE
            assert resident.name_born_index == blind_index(
                "name_and_birth", resident.name, resident.born_on
            )

    def test_leaves_a_trace_and_no_file(self, applied, people, officers):
        parcel = applied(people())
        record = HandoverRecord.objects.get(thing="data")

        assert spool.names() == []
        assert (parcel.spool_name, parcel.password) == ("", None)
        assert (record.rows, record.sha256) == (40, parcel.sha256)
        assert (record.given_by, record.taken_by) == (officers[0], officers[1])
        notice = HandoverRecord.objects.get(thing="notice")
        assert (notice.moment, notice.rows, notice.taken_by) == ("received", 1, officers[1])
        assert notice.happened_at == parcels.unlocked_at(parcel)
        assert "ダミーデータ" in record.content
        entry = AccessEntry.objects.get(what="intake")
        assert (entry.count, entry.staff_id) == (40, officers[1].pk)
        assert [event.what for event in parcels.events(parcel)] == [
            "handed_in",
            "unlocked",
            "checked",
            "committed",
            "applied",
            "erased",
        ]

    def test_nothing_personal_lies_readable_in_the_database(self, applied, people, stage):
        rows = people()
        applied(rows)
        canaries = [rows[0].name, rows[0].voucher_number, rows[0].address, PASSWORD]
        with psycopg.connect(stage.superuser_url) as sight:
            tables = sight.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'm_999997'"
            ).fetchall()
            for (table,) in tables:
                for row in sight.execute(f'SELECT t::text FROM m_999997."{table}" t').fetchall():
                    assert not any(canary in row[0] for canary in canaries)
                    assert not any(canary.encode().hex() in row[0] for canary in canaries)

    def test_the_one_who_handed_in_may_not_commit(self, checked, people, officers):
        parcel = checked(people())

        with pytest.raises(refusals.SamePerson):
            intake.commit(parcel=parcel, by=officers[0], at=cast.NOW)

    def test_an_operator_may_not_commit(self, checked, people):
        with pytest.raises(refusals.NotPermitted):
            intake.commit(parcel=checked(people()), by=cast.staff("operator"), at=cast.NOW)

    def test_rows_with_errors_need_a_reason_and_stay_outside(self, checked, people, officers):
        parcel = checked(people(30, errors=5))

        with pytest.raises(refusals.ErrorsLeft):
            intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
        intake.commit(parcel=parcel, partial_reason="残りは後日差分で", by=officers[2], at=cast.NOW)
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        assert Resident.objects.count() == 25

    def test_is_not_done_twice(self, applied, people, officers):
        parcel = applied(people())

        with pytest.raises(refusals.WrongState):
            intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        assert HandoverRecord.objects.filter(thing="data").count() == 1

    def test_what_is_in_stays_in_whatever_a_second_worker_meets(self, applied, people):
        parcel = applied(people())

        _check.refuse(parcel_id=parcel.pk, words="x", at=cast.NOW)
        _apply.ask_again(parcel.pk, at=cast.NOW)

        parcel.refresh_from_db()
        assert parcel.state == "applied"
        assert parcel.second_by is not None
        assert parcel.closing_words == ""

    def test_before_the_dry_run_nothing_is_committed(self, hand_in, people, officers):
        with pytest.raises(refusals.WrongState):
            intake.commit(parcel=hand_in(people()), by=officers[1], at=cast.NOW)

    def test_a_fault_half_way_leaves_nothing(self, checked, people, officers, monkeypatch):
        from exchange.intake import _apply

        parcel = checked(people())
        intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)

        def broken(*_args, **_kwargs):
            raise RuntimeError("power cut")

        with monkeypatch.context() as patch:
            patch.setattr(_apply.handover, "record_receipt", broken)
            with pytest.raises(RuntimeError):
                intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        assert Resident.objects.count() == 0
        assert spool.names() == [parcel.spool_name]
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        assert Resident.objects.count() == 40

    def test_a_register_that_changed_since_asks_again(self, checked, applied, people, officers):
        waiting = checked(people(20))
        applied(people(30))
        intake.commit(parcel=waiting, by=officers[1], at=cast.NOW)
        intake.apply(parcel_id=waiting.pk, at=cast.NOW)

        waiting.refresh_from_db()
        assert waiting.state == "received"
        assert waiting.second_by is None
        assert waiting.closing_words == str(refusals.ChangedSince.words)
        assert Resident.objects.count() == 30

    def test_no_temporary_table_stays_on_the_connection(self, applied, people):
        applied(people())
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'staged_enrolment'")
            assert cursor.fetchone() == (0,)


class TestNextList:
    def test_shows_new_changed_gone_and_deletes_nothing(self, applied, checked, people):
        rows = people(50)
        applied(rows)
        later = rows[5:]
        later[0] = later[0]._replace(address="東京都見本市転居先１番（ダミー）")
        later.append(people(1, seed=9)[0])
        parcel = checked(later, base_date=BASE + timedelta(days=9))

        what = parcel.summary["what"]
        assert (what["new"], what["changed"], what["same"], what["gone"]) == (1, 1, 44, 5)
        assert Resident.objects.count() == 50

    def test_changes_particulars_and_keeps_the_person(self, applied, people):
        rows = people(10)
        applied(rows)
        before = person(rows[0])
        moved = rows[0]._replace(address="東京都見本市転居先１番（ダミー）", postal_code="")
        applied([moved, *rows[1:]], base_date=BASE + timedelta(days=3))

        after = person(rows[0])
        assert (after.pk, after.version) == (before.pk, 2)
        assert (after.address, after.postal_code) == (moved.address, None)
        assert after.enrolled_at == before.enrolled_at
        same = person(rows[1])
        assert (same.version, same.base_date) == (1, BASE + timedelta(days=3))

    def test_keeps_the_contact_a_resident_left(self, applied, people):
        rows = people(5)
        applied(rows)
        resident = person(rows[0])
        resident.phone = "+817099990001"
        resident.save()
        applied([rows[0]._replace(sex="9"), *rows[1:]], base_date=BASE + timedelta(days=1))

        assert person(rows[0]).phone == "+817099990001"

    def test_a_reissued_voucher_makes_the_old_one_dead(self, applied, people):
        rows = people(5)
        applied(rows)
        new = rows[0]._replace(
            operation="2", voucher_number="9980000001", old_voucher_number=rows[0].voucher_number
        )
        applied([new], load="delta", base_date=BASE + timedelta(days=1))

        assert person(new).pk == person(rows[0]).pk
        assert [
            v.is_live
            for v in Voucher.objects.filter(resident=person(new)).order_by("issued_at", "is_live")
        ] == [False, True]

    def test_a_voided_voucher_is_dead(self, applied, people):
        rows = people(5)
        applied(rows)
        applied([rows[0]._replace(operation="3")], load="delta", base_date=BASE)

        assert not Voucher.objects.get(resident=person(rows[0])).is_live
        assert Resident.objects.count() == 5

    def test_a_dead_number_an_unknown_one_and_one_in_use_are_named(self, applied, checked, people):
        rows = people(6)
        applied(rows)
        applied([rows[0]._replace(operation="3")], load="delta")
        parcel = checked(
            [
                rows[0],
                rows[1]._replace(operation="2", voucher_number="9980000001"),
                rows[2]._replace(operation="3", voucher_number="9980000002"),
                rows[3]._replace(
                    operation="2", voucher_number="9980000003", old_voucher_number="9980000004"
                ),
                rows[4]._replace(operation="2", old_voucher_number=rows[5].voucher_number),
            ],
            load="delta",
        )

        found = [(one.row, one.code) for one in parcels.problems(parcel) if one.code[0] == "E"]
        assert found == [(2, "E15"), (3, "E08"), (4, "E08"), (5, "E08"), (6, "E15")]

    def test_an_older_list_is_refused(self, applied, hand_in, people):
        applied(people())

        with pytest.raises(refusals.OlderThanLast):
            hand_in(people(seed=2), base_date=BASE - timedelta(days=1))

    def test_the_same_content_in_another_container_needs_a_reason(self, applied, checked, people):
        applied(people())
        again = checked(people())

        assert again.closing_words == str(refusals.SameContent.words)
        assert checked(people(), repeat_reason="確かめるため").state == "checked"

    def test_names_reservations_of_people_who_now_carry_a_flag(self, applied, checked, people):
        from tests.unit.exchange.test_rosters import reserve

        rows = [row._replace(status_flag="0", born_on="1950-04-01") for row in people(3)]
        applied(rows)
        number = reserve(person(rows[0]))
        gone = rows[0]._replace(operation="2", status_flag="1")
        parcel = checked([gone], load="delta")
        assert parcel.summary["flagged_with_reservation"] == 1
        parcel = applied([gone], load="delta", repeat_reason="続けて取り込む")

        assert parcel.summary["to_decide"] == [number]


class TestReturn:
    def test_gives_back_with_a_reason_and_keeps_no_file(self, checked, people, officers):
        parcel = checked(people())
        intake.give_back(parcel=parcel, reason="件数が違う", by=officers[1], at=cast.NOW)

        parcel.refresh_from_db()
        assert (parcel.state, parcel.closing_words) == ("returned", "件数が違う")
        assert spool.names() == []
        with pytest.raises(refusals.WrongState):
            intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)


class TestFacts:
    @pytest.mark.parametrize("model", [ParcelEvent, HandoverRecord])
    def test_are_never_edited(self, applied, people, model):
        from django.db import DatabaseError

        applied(people())

        with pytest.raises(DatabaseError, match="permission denied"):
            model.objects.update(happened_at=cast.NOW)
        with pytest.raises(DatabaseError, match="permission denied"):
            model.objects.all()._raw_delete("default")


def test_declared_is_complete():
    assert declared(3).rows == 3
    assert ParcelEvent.What.ERASED in ParcelEvent.What


def test_more_than_the_role_may_hand_in_at_once_is_refused(hand_in, people, monkeypatch):
    monkeypatch.setattr(row_caps, "MOST_ROWS", {"ward_officer": {"register": 40}})
    assert hand_in(people(40)).purpose == "register"
    with pytest.raises(intake.Refused, match="40"):
        hand_in(people(40), declared_rows=41)
    assert len(spool.names()) == 1
