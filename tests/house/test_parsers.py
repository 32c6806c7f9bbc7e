"""Every reader of what others write reads or refuses in words, whatever comes (R22, T09, T12)."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drills.fuzz import spoilt
from drills.parsers import Parser, fault_of, parsers

ALL = parsers()
NAMES = [one.name for one in ALL]


def by_name(name):
    return next(one for one in ALL if one.name == name)


@pytest.mark.parametrize("name", NAMES)
class TestEveryParser:
    def test_reads_its_own_samples(self, name):
        parser = by_name(name)

        for sample in parser.samples:
            assert fault_of(parser, sample) is None

    @given(raw=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))))  # fmt: skip
    @example(raw=b"")
    @example(raw=b"[" * 4000)
    @example(raw=b"\x00" * 64)
    @settings(max_examples=80, deadline=None)
    def test_bears_anything(self, name, raw):
        assert fault_of(by_name(name), raw) is None

    @given(dice=st.randoms(use_true_random=False))
    @settings(max_examples=120, deadline=None)
    def test_bears_spoilt_samples(self, name, dice):
        parser = by_name(name)

        assert fault_of(parser, spoilt(dice.choice(parser.samples), dice)) is None


def test_a_reader_with_a_fault_is_found():
    careless = Parser("careless", lambda raw: raw.decode().index(","), (), (b"a,b",))

    assert fault_of(careless, b"a,b") is None
    assert isinstance(fault_of(careless, b"\xff"), UnicodeDecodeError)
    assert isinstance(fault_of(careless, b"ab"), ValueError)
