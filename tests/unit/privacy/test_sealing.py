"""Sealed values belong to one municipality, table, column and row; anything else is refused."""

import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import connections

from booking.models import Resident
from privacy import sealing
from privacy.fields import blind_index
from privacy.sealing import CannotOpen
from tenancy.current import serving
from tests import cast

WORDS = "見本　太郎"


def place(**changes):
    return {"table": "booking_resident", "column": "name", "row": "1"} | changes


def raw(person, column):
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM booking_resident WHERE id = %s", [person.pk])
        return bytes(cursor.fetchone()[0])


def overwrite(person, column, value):
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"UPDATE booking_resident SET {column} = %s WHERE id = %s", [value, person.pk]
        )


def again(person):
    return Resident.objects.get(pk=person.pk)


class TestASealedValue:
    def test_opens_where_it_was_sealed(self, served):
        assert sealing.unseal(sealing.seal(WORDS, **place()), **place()) == WORDS

    @pytest.mark.parametrize(
        "elsewhere", [{"table": "x"}, {"column": "address"}, {"row": "2"}], ids=str
    )
    def test_opens_nowhere_else(self, served, elsewhere):
        sealed = sealing.seal(WORDS, **place())

        with pytest.raises(CannotOpen):
            sealing.unseal(sealed, **place(**elsewhere))

    def test_opens_for_no_other_municipality(self, served, tameshi):
        sealed = sealing.seal(WORDS, **place())

        with serving(tameshi), pytest.raises(CannotOpen):
            sealing.unseal(sealed, **place())

    @pytest.mark.parametrize("at", [0, 1, 13, -1], ids=["version", "nonce", "words", "tag"])
    def test_tampered_with_is_refused(self, served, at):
        sealed = bytearray(sealing.seal(WORDS, **place()))
        sealed[at] ^= 1

        with pytest.raises(CannotOpen):
            sealing.unseal(bytes(sealed), **place())

    def test_differs_each_time(self, served):
        assert sealing.seal(WORDS, **place()) != sealing.seal(WORDS, **place())

    def test_would_open_anywhere_without_the_binding(self, served, monkeypatch):
        """The danger is real: what binds a value to its place is the AAD alone."""
        monkeypatch.setattr(sealing, "aad", lambda *_place: b"")
        sealed = sealing.seal(WORDS, **place())

        assert sealing.unseal(sealed, **place(row="2", column="address")) == WORDS


class TestASealedColumn:
    def test_is_ciphertext_in_the_table(self, served):
        person = cast.resident(name=WORDS)

        assert WORDS.encode() not in raw(person, "name")
        assert again(person).name == WORDS

    def test_moved_to_another_column_does_not_open(self, served):
        person = cast.resident()
        overwrite(person, "name", raw(person, "address"))

        with pytest.raises(CannotOpen):
            _ = again(person).name

    def test_moved_to_another_row_does_not_open(self, served):
        one, other = cast.resident(), cast.resident()
        overwrite(one, "address", raw(other, "address"))

        with pytest.raises(CannotOpen):
            _ = again(one).address

    def test_is_not_opened_before_it_is_read(self, served):
        person = cast.resident()
        overwrite(person, "name", b"nonsense")

        assert again(person).address.startswith("見本県")

    @pytest.mark.parametrize("write", ["update", "bulk_update", "filter"])
    def test_refuses_what_cannot_seal(self, served, write):
        person = cast.resident()

        with pytest.raises((FieldError, TypeError)):
            match write:
                case "update":
                    Resident.objects.update(name="x")
                case "bulk_update":
                    person.name = "x"
                    Resident.objects.bulk_update([person], ["name"])
                case "filter":
                    list(Resident.objects.filter(name="x"))

    def test_cannot_be_sealed_without_an_id(self, served):
        row = Resident(name=WORDS)
        row.id = None

        with pytest.raises(FieldError):
            Resident._meta.get_field("name").pre_save(row, add=True)


class TestABlindIndex:
    def test_finds_the_same_however_it_is_written(self, served):
        assert blind_index("phone", "+817099990001") == blind_index("phone", "+817099990001")

    def test_says_nothing_and_is_short(self, served):
        found = blind_index("voucher", "9990000001")

        assert len(found) == sealing.INDEX_BYTES
        assert b"9990000001" not in found

    def test_differs_between_municipalities_and_kinds(self, served, tameshi):
        ours = sealing.blind_index("voucher", "9990000001")
        other_kind = sealing.blind_index("phone", "9990000001")
        with serving(tameshi):
            theirs = sealing.blind_index("voucher", "9990000001")

        assert len({ours, other_kind, theirs}) == 3

    def test_follows_its_column(self, served):
        person = cast.resident(phone="+817099990001")
        before = bytes(person.phone_index)
        person.phone = "+817099990002"
        person.save()

        assert bytes(again(person).phone_index) == blind_index("phone", "+817099990002") != before

    def test_of_nothing_is_nothing(self, served):
        assert again(cast.resident(phone=None)).phone_index is None


class TestSealersOfManyRows:
    def test_seal_and_open_like_the_one(self, served):
        row = str(uuid.uuid4())
        sealed = sealing.sealer(table="t", column="c")(WORDS, row)

        assert sealing.unseal(sealed, table="t", column="c", row=row) == WORDS
        assert sealing.unsealer(table="t", column="c")(sealed, row) == WORDS
