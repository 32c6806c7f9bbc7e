import pytest

from shared import phone
from shared.phone import PhoneKind


class TestParse:
    @pytest.mark.parametrize("prefix", ["060", "070", "080", "090"])
    def test_takes_every_mobile_prefix(self, prefix):
        found = phone.parse(f"{prefix}12345678")

        assert found.kind is PhoneKind.MOBILE
        assert found.kind.takes_texts
        assert found.national == f"{prefix}-1234-5678"

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("0312345678", "03-1234-5678"),
            ("0612345678", "06-1234-5678"),
            ("0466221234", "0466-22-1234"),
            ("0499212345", "04992-1-2345"),
        ],
    )
    def test_hyphenates_landlines_as_japan_does(self, typed, shown):
        found = phone.parse(typed)

        assert (found.kind, found.national) == (PhoneKind.LANDLINE, shown)
        assert not found.kind.takes_texts

    def test_keeps_internet_lines_apart(self):
        found = phone.parse("05012345678")

        assert found.kind is PhoneKind.VOIP
        assert not found.kind.takes_texts

    @pytest.mark.parametrize(
        "typed",
        [
            "090-1234-5678",
            "０９０－１２３４－５６７８",
            "090ー1234ー5678",
            "090―1234―5678",
            "090−1234−5678",
            "090 1234 5678",
            "(090)1234-5678",
            "+81(0)90-1234-5678",
            "+81 090-1234-5678",
            "+819012345678",
            "81-90-1234-5678",
            "184-090-1234-5678",
            "18609012345678",
        ],
    )
    def test_reads_one_number_in_many_spellings(self, typed):
        assert phone.parse(typed).e164 == "+819012345678"

    @pytest.mark.parametrize(
        "typed", ["03-1234-5678 内線12", "03-1234-5678(内線12", "0312345678内12"]
    )
    def test_splits_the_extension(self, typed):
        found = phone.parse(typed)

        assert (found.e164, found.extension) == ("+81312345678", "12")

    @pytest.mark.parametrize(
        ("typed", "refusal"),
        [
            ("0120-123-456", phone.TollFree),
            ("0800-123-4567", phone.TollFree),
            ("0570-012-345", phone.SharedCost),
            ("0990-123-456", phone.PremiumRate),
            ("020-4123-4567", phone.Machine),
            ("0200-1234567890", phone.Machine),
            ("110", phone.Emergency),
            ("118", phone.Emergency),
            ("１１９", phone.Emergency),
            ("#7119", phone.Emergency),
            ("010 1 415 555 2671", phone.Foreign),
            ("+1 415 555 2671", phone.Foreign),
            ("1234-5678", phone.NotANumber),
            ("090-1234-567", phone.NotANumber),
            ("090-1234-56789", phone.NotANumber),
            ("anonymous", phone.NotANumber),
            ("", phone.NotANumber),
            ("内線12", phone.NotANumber),
        ],
    )
    def test_refuses_with_a_reason(self, typed, refusal):
        with pytest.raises(refusal) as caught:
            phone.parse(typed)
        assert str(caught.value.words).endswith("。")


class TestNational:
    def test_shows_a_stored_number_as_people_read_it(self):
        assert phone.national("+819012345678") == "090-1234-5678"

    def test_leaves_other_words_alone(self):
        assert phone.national("anonymous") == "anonymous"


class TestTakesTexts:
    @pytest.mark.parametrize("e164", ["+816012345678", "+817012345678", "+818012345678", "+819012345678"])  # fmt: skip
    def test_mobile_numbers_do(self, e164):
        assert phone.takes_texts(e164)

    @pytest.mark.parametrize("e164", ["+81312345678", "+815012345678", "+81120123456", "+8170123456", "+12025550100", ""])  # fmt: skip
    def test_others_do_not(self, e164):
        assert not phone.takes_texts(e164)
