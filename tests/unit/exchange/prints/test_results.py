"""What the printer sends back is compared with what was sent, envelope by envelope (S-123)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking import mailings
from booking.mailings import Sent
from booking.models import Envelope, Resident, Voucher
from exchange import intake, prints, sealing, spool
from exchange.intake import refusals as intake_refusals
from exchange.layouts import PRINTED, PULL_LIST
from exchange.layouts.printing import PrintedRow
from exchange.layouts.writing import write
from exchange.models import HandoverRecord, Parcel, RejectedRow
from exchange.prints import refusals, results
from exchange.prints.reconciling import Reconciliation, ranges
from privacy.models import AccessEntry
from tests import cast
from tests.unit.exchange.conftest import PASSWORD

State = Envelope.State
STAMP = "20260601103015"


def row(serial, number, state="3", at=STAMP, bundle="B0001"):
    return PrintedRow(f"{serial:08}", number, state, at, bundle)


class TestRule:
    """The comparison itself, without a file."""

    SENT = {n: Sent(b"%d" % n, State.PLANNED, n == 3) for n in range(1, 6)}

    def taken(self, *rows, sent=None):
        found = Reconciliation(sent or self.SENT)
        codes = [
            [one.code.value for one in found.take(row(n, "", state, at), key or b"%d" % n)]
            for n, state, at, key in ((*one, *(STAMP, None)[len(one) - 2 :]) for one in rows)
        ]
        return found, codes

    def test_all_delivered_and_the_pulled_pulled_is_even(self):
        found, codes = self.taken((1, "3"), (2, "3"), (3, "4"), (4, "3"), (5, "3"))
        said = found.summary()
        assert codes == [[]] * 5
        assert (said["matched"], said["delivered"], said["pulled"]) == (5, 4, 1)
        assert (said["missing"], said["gaps"]) == (0, [])

    @pytest.mark.parametrize(
        ("rows", "codes"),
        [
            ([(9, "3")], [["E16"]]),
            ([(1, "3", STAMP, b"2")], [["E17"]]),
            ([(1, "3"), (1, "3")], [[], ["E18"]]),
            ([(1, "3"), (1, "4")], [[], ["E18"]]),
            ([(3, "3")], [["W06"]]),
            ([(1, "4")], [["W07"]]),
            ([(1, "5"), (1, "1"), (1, "2"), (1, "3")], [[], [], [], []]),
        ],
    )
    def test_each_contradiction_has_its_code(self, rows, codes):
        assert self.taken(*rows)[1] == codes

    def test_missing_serials_are_named_as_ranges(self):
        said = self.taken((2, "3"))[0].summary()
        assert (said["missing"], said["gaps"]) == (4, ["00000001", "00000003-00000005"])

    def test_an_envelope_that_ended_before_does_not_end_again(self):
        sent = {1: Sent(b"1", State.DELIVERED, is_on_pull_list=False)}
        found, codes = self.taken((1, "3"), sent=sent)
        assert codes == [["E18"]]
        assert (found.summary()["matched"], found.summary()["missing"]) == (0, 0)

    def test_what_is_spoiled_and_not_printed_again_is_still_open(self):
        found, _ = self.taken((1, "1"), (1, "5", "20260601103016"))
        assert dict(found.outcomes())[1] == (State.SPOILED, "B0001", 1)
        assert found.summary()["missing"] == 5

    @given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from("12345"), st.booleans())))
    @settings(max_examples=200, deadline=None)
    def test_everything_is_ended_or_missing_whatever_comes(self, rows):
        told = [(n, state, STAMP, None if right else b"x") for n, state, right in rows]
        found, codes = self.taken(*told)
        said, outcomes = found.summary(), dict(found.outcomes())

        ended = {n for n, one in outcomes.items() if one.state in {State.DELIVERED, State.PULLED}}
        assert set(outcomes) <= set(self.SENT)
        assert said["matched"] == len(ended) == said["delivered"] + said["pulled"]
        assert said["missing"] == len(self.SENT) - len(ended)
        first = {n for n, state, right in rows if n in self.SENT and right and state in "34"}
        assert ended == first, "the first end of each serial counts, and nothing else ends it"
        refused = sum(any(code.startswith("E") for code in some) for some in codes)
        assert refused == said["unknown"] + said["differs"] + said["twice"]


@given(st.sets(st.integers(1, 40)))
def test_ranges_hold_each_serial_once(serials):
    spread = set()
    for words in ranges(sorted(serials)):
        first, _, last = words.partition("-")
        spread |= set(range(int(first), int(last or first) + 1))
    assert spread == serials


@pytest.fixture
def mailing(here, listed, run):
    return run().mailing


@pytest.fixture
def numbers(mailing):
    rows = Envelope.objects.select_related("voucher").order_by("serial")
    return {one.serial: str(one.voucher.voucher_number) for one in rows}


@pytest.fixture
def came_back(mailing, officers, tmp_path):
    """A result file after its dry run."""

    def make(rows, *, declared=None, name="prr.csv", layout=PRINTED, data=None, **told):
        path = tmp_path / spool.new_name()
        chunks = write(layout=layout, rows=rows) if data is None else [data]
        sealing.seal_like_a_clerk(chunks=chunks, name=name, to=path, password=PASSWORD, at=cast.NOW)
        parcel = results.receive(
            mailing=mailing,
            spooled=spool.keep([path.read_bytes()]),
            told=results.Told(len(rows) if declared is None else declared, "utf-8", **told),
            by=officers[0],
            at=cast.NOW,
        )
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=cast.NOW)
        results.check(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        return parcel

    return make


def let_in(parcel, officers, reason=""):
    results.commit(parcel=parcel, partial_reason=reason, by=officers[1], at=cast.NOW)
    results.apply(parcel_id=parcel.pk, at=cast.NOW)
    parcel.refresh_from_db()
    return parcel


class TestFile:
    def test_brings_every_envelope_to_its_end(self, came_back, officers, mailing, numbers):
        parcel = came_back([row(n, number) for n, number in numbers.items()])
        assert (parcel.state, parcel.errors) == (Parcel.State.CHECKED, 0)
        assert set(Envelope.objects.values_list("state", flat=True)) == {State.PLANNED}

        let_in(parcel, officers)
        assert parcel.state == Parcel.State.APPLIED
        assert mailings.states_of(mailing) == {State.DELIVERED: 12}
        assert Envelope.objects.first().bundle == "B0001"
        records = HandoverRecord.objects.filter(parcel=parcel).order_by("thing")
        assert [(one.thing, one.rows) for one in records] == [("data", 12), ("notice", 1)]
        assert AccessEntry.objects.get(what="print_results").count == 12
        prints.close(mailing=mailing, counted=12, words="", by=officers[0], at=cast.NOW)

    def test_contradictions_change_nothing_and_need_a_reason(self, came_back, officers, numbers):
        rows = [row(n, number) for n, number in numbers.items() if n not in {4, 5}]
        rows += [row(4, numbers[5]), row(99, numbers[1]), row(1, numbers[1])]
        parcel = came_back(rows)

        said = parcel.summary
        assert (said["matched"], said["unknown"], said["differs"], said["twice"]) == (10, 1, 1, 1)
        assert said["gaps"] == ["00000004-00000005"]
        assert sorted(RejectedRow.objects.values_list("code", flat=True)) == ["E16", "E17", "E18"]
        with pytest.raises(intake_refusals.ErrorsLeft):
            results.commit(parcel=parcel, by=officers[1], at=cast.NOW)
        let_in(parcel, officers, "印刷会社に確認中")
        states = dict(Envelope.objects.values_list("serial", "state"))
        assert {states.pop(4), states.pop(5)} == {State.PLANNED}
        assert set(states.values()) == {State.DELIVERED}

    def test_comes_in_parts(self, came_back, officers, mailing, numbers):
        let_in(came_back([row(n, numbers[n], "1") for n in range(1, 13)]), officers)
        assert mailings.states_of(mailing) == {State.PRINTED: 12}
        first = [row(n, numbers[n], "5") for n in (1, 2)] + [
            row(n, numbers[n]) for n in range(3, 9)
        ]
        let_in(came_back(first), officers)
        assert mailings.states_of(mailing) == {
            State.SPOILED: 2, State.DELIVERED: 6, State.PRINTED: 4,
        }  # fmt: skip
        rest = [row(n, numbers[n], "3") for n in (1, 2, 9, 10, 11, 12)]
        let_in(came_back(rest), officers)
        assert mailings.states_of(mailing) == {State.DELIVERED: 12}
        assert list(Envelope.objects.filter(spoiled=1).values_list("serial", flat=True)) == [1, 2]

    def test_whoever_was_pulled_is_in_the_next_mailing_when_back(self, came_back, officers, mailing, numbers, run):  # fmt: skip
        person = Resident.objects.filter(vouchers__envelopes__serial=2)
        person.update(status_flag="1")
        parcel = prints.ask_pull(mailing=mailing, by=officers[0], at=cast.NOW)
        prints.build(parcel_id=parcel.pk, at=cast.NOW)
        rows = [row(n, number, "4" if n == 2 else "3") for n, number in numbers.items()]
        parcel = let_in(came_back(rows), officers)
        assert (parcel.summary["pulled"], parcel.summary["unasked"]) == (1, 0)

        Resident.objects.filter(status_flag="1").update(status_flag="0")
        assert run().mailing.envelopes == 1

    def test_of_another_layout_or_town_is_refused_whole(self, came_back, numbers):
        wrong = came_back([("00000001", numbers[1])], layout=PULL_LIST)
        assert wrong.state == Parcel.State.REFUSED
        elsewhere = came_back([row(1, numbers[1])], name="PRR_999998_20260501_001.csv")
        assert elsewhere.state == Parcel.State.REFUSED
        short = came_back([row(2, numbers[2])], declared=9)
        assert short.state == Parcel.State.REFUSED
        assert set(Envelope.objects.values_list("state", flat=True)) == {State.PLANNED}

    def test_with_the_national_number_is_refused_whole(self, came_back, numbers):
        data = b"".join(write(layout=PRINTED, rows=[row(1, numbers[1])]))
        header = data.replace("束番号".encode(), "個人番号".encode())
        parcel = came_back([], declared=1, data=header)
        assert parcel.state == Parcel.State.REFUSED
        assert (parcel.spool_name, parcel.password) == ("", None)

    def test_the_second_of_two_files_is_asked_again_when_the_first_was_let_in(self, came_back, officers, numbers):  # fmt: skip
        every = [row(n, number) for n, number in numbers.items()]
        first, second = came_back(every), came_back(every[:6])
        let_in(first, officers)
        let_in(second, officers)
        assert second.state == Parcel.State.RECEIVED
        assert second.password is None

    def test_twice_the_same_changes_nothing_more(self, came_back, officers, numbers):
        every = [row(n, number) for n, number in numbers.items()]
        let_in(came_back(every), officers)
        again = came_back(every)
        assert again.state == Parcel.State.REFUSED
        third = came_back(every, repeat_reason="確認のため")
        assert third.summary["twice"] == 12


class TestTwoPeople:
    def test_who_hands_in_does_not_commit(self, came_back, officers, numbers):
        parcel = came_back([row(1, numbers[1])])
        with pytest.raises(intake_refusals.SamePerson):
            results.commit(parcel=parcel, by=officers[0], at=cast.NOW)

    def test_others_neither_hand_in_nor_commit(self, came_back, numbers, mailing):
        parcel = came_back([row(1, numbers[1])])
        with pytest.raises(intake_refusals.NotPermitted):
            results.commit(parcel=parcel, by=cast.staff("operator"), at=cast.NOW)
        with pytest.raises(intake_refusals.NotPermitted):
            results.receive(
                mailing=mailing, spooled=spool.keep([b"PK\x03\x04" + b"x" * 100]),
                told=results.Told(1, "utf-8"), by=cast.staff("supervisor"), at=cast.NOW,
            )  # fmt: skip

    def test_a_list_is_not_committed_as_results_nor_the_other_way(self, came_back, checked, people, officers, numbers):  # fmt: skip
        parcel = came_back([row(1, numbers[1])])
        with pytest.raises(intake_refusals.WrongState):
            intake.commit(parcel=parcel, by=officers[1], at=cast.NOW)
        listed = checked(people(3))
        with pytest.raises(intake_refusals.WrongState):
            results.commit(parcel=listed, by=officers[1], at=cast.NOW)

    def test_nothing_comes_to_a_closed_mailing(self, mailing, officers, came_back, numbers):
        prints.close(mailing=mailing, counted=0, words="中止", by=officers[0], at=cast.NOW)
        mailing.refresh_from_db()
        with pytest.raises(refusals.WrongState):
            came_back([row(1, numbers[1])])


def test_lists_come_in_after_results_of_an_older_base_date(came_back, officers, numbers, applied, people):  # fmt: skip
    let_in(came_back([row(1, numbers[1])]), officers)
    assert applied(people(5)).state == Parcel.State.APPLIED
    assert Voucher.objects.exists()
