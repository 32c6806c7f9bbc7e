import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms_length import Encoding, measure, shortened, units_of
from simulator.carrier import segments


class TestMeasure:
    @pytest.mark.parametrize(
        ("text", "encoding", "units", "count"),
        [
            ("", Encoding.GSM_7, 0, 1),
            ("a" * 160, Encoding.GSM_7, 160, 1),
            ("a" * 161, Encoding.GSM_7, 161, 2),
            ("€" * 80, Encoding.GSM_7, 160, 1),
            ("€" * 81, Encoding.GSM_7, 162, 2),
            ("あ" * 70, Encoding.UCS_2, 70, 1),
            ("あ" * 71, Encoding.UCS_2, 71, 2),
            ("あ" * 134, Encoding.UCS_2, 134, 2),
            ("あ" * 135, Encoding.UCS_2, 135, 3),
            ("a" * 69 + "あ", Encoding.UCS_2, 70, 1),
            ("𠮷" * 35, Encoding.UCS_2, 70, 1),
            ("𠮷" * 36, Encoding.UCS_2, 72, 2),
            ("😀" * 36, Encoding.UCS_2, 72, 2),
        ],
    )
    def test_counts_as_the_networks_count(self, text, encoding, units, count):
        length = measure(text)

        assert (length.encoding, length.units, length.segments) == (encoding, units, count)

    def test_never_splits_a_surrogate_pair_between_segments(self):
        # 66 units, then a pair that does not fit in the 67th: it moves to the next segment.
        assert measure("あ" * 66 + "𠮷" + "あ" * 66).segments == 3
        assert measure("あ" * 67 + "𠮷" + "あ" * 65).segments == 2

    @given(st.text(alphabet="aあ€é会\n", max_size=400))
    def test_agrees_with_an_independent_count(self, text):
        if "€" not in text:
            assert measure(text).segments == segments(text)

    @given(st.text(max_size=60), st.integers(1, 30))
    def test_shortens_to_the_room_there_is(self, text, room):
        cut = shortened(text, units=room)

        assert units_of(cut) <= room
        assert cut == text or cut.endswith("…")
