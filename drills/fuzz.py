"""python -m drills.fuzz [--seconds N] [--seed N]: spoil samples for every parser and look (R22).

A fault is anything but a value or a refusal in words; a hang is more than a second on a short
input. The input of a fault is kept in .waku/drills for a test of its own.
"""

import argparse
import hashlib
import os
import sys
import time
from pathlib import Path
from random import Random

import django

KEPT = Path(__file__).parents[1] / ".waku" / "drills"
LONGEST = 64 * 1024
HANG_SECONDS = 1.0
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\r", b"\n", b",", b"{", b"[" * 500, b"9" * 400,
    b"-1", b"1e999", b"\xed\xa0\x80", b"\xf0\xa0\xae\xb7", "𠮷".encode(), "\u202e".encode(),
    "\U000e0100".encode(), "１２".encode(), b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", b"%s", b"../",
)  # fmt: skip


def spoilt(sample: bytes, dice: Random) -> bytes:
    """A sample with one to eight of: bits flipped, bytes cut, doubled, moved, or put in."""
    raw = bytearray(sample)
    for _ in range(dice.randint(1, 8)):
        at = dice.randint(0, len(raw))
        step = dice.randint(1, 16)
        match dice.randrange(6):
            case 0 if raw:
                raw[at % len(raw)] ^= 1 << dice.randrange(8)
            case 1:
                del raw[at : at + step]
            case 2:
                raw[at:at] = raw[at : at + step]
            case 3:
                raw[at:at] = dice.choice(TOKENS)
            case 4:
                raw[at : at + step] = dice.randbytes(step)
            case _:
                del raw[at:]
    return bytes(raw[:LONGEST])


def main() -> int:
    """Each parser in turn until the time is over; the exit says whether any fault was found."""
    asked = argparse.ArgumentParser(prog="drills.fuzz")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    given = asked.parse_args()
    from drills.parsers import parsers

    found, each = 0, given.seconds / len(parsers())
    for parser in parsers():
        dice, tries, until = Random(given.seed), 0, time.monotonic() + each
        while time.monotonic() < until:
            tries += 1
            found += _look(parser, spoilt(dice.choice(parser.samples), dice))
        sys.stdout.write(f"figure fuzz_{parser.name} {tries} inputs\n")
    sys.stdout.write(f"figure fuzz_faults {found} (seed {given.seed})\n")
    return 1 if found else 0


def _look(parser: object, raw: bytes) -> int:
    from drills.parsers import Parser, fault_of

    assert isinstance(parser, Parser)
    begun = time.monotonic()
    fault = fault_of(parser, raw)
    took = time.monotonic() - begun
    if fault is None and took < HANG_SECONDS:
        return 0
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"fuzz-{parser.name}-{hashlib.sha256(raw).hexdigest()[:12]}"
    kept.write_bytes(raw)
    sys.stderr.write(f"FAULT {parser.name}: {fault!r} after {took:.2f} s; {kept}\n")
    return 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    sys.exit(main())
