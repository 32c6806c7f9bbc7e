"""What the stage says while it starts and once it runs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from config.stage.places import Places


def say(words: str) -> None:
    """One piece of news on our own output."""
    with suppress(BrokenPipeError):  # whoever read has gone; the stage has not
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say a step once it is done, and how long it took."""
    begun = time.monotonic()
    yield
    say(f"  {name} ({time.monotonic() - begun:.1f} s)")


def welcome(places: Places, told: str, *, carrier_port: int) -> str:
    """Where the pages are, what was made, how to go on."""
    shown = "" if places.port == 443 else f":{places.port}"
    made = "".join(f"  {line}\n" for line in told.splitlines())
    return (
        "\n本番の形で動いています(模擬、この機械だけ)。 / The production shape runs, here only.\n\n"
        f"  住民    https://mihon.localhost{shown}/\n"
        f"  職員    https://staff.mihon.localhost{shown}/\n"
        f"  届いた SMS とメール  http://127.0.0.1:{carrier_port}/\n"
        f"  認証局  {places.folder}/certificates/ca.pem\n"
        f"  記録    {places.logs}/\n{made}\n"
        "  bin/stage restart web       要求を落とさずに入れ替える / without a failed request\n"
        "  bin/stage manage …          deploy/README.md の $manage と同じ / the same commands\n"
        "  bin/stage furnish           架空の住民・会場・アカウントを入れる / dummy people and venues\n"
        "  bin/stage codes             そのワンタイムコード / their one-time codes\n\n"
        "Ctrl-C で終了します。 / Ctrl-C ends it."
    )
