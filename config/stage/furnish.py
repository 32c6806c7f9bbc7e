"""bin/stage furnish: what the demo shows, on the stage; bin/stage codes: the codes of its accounts."""

import os
import sys

import django

from config.stage.places import Places


def main(words: list[str]) -> int:
    """Furnish the stage that runs, or show the codes of this moment."""
    places = Places.from_environment()
    os.environ["WAKU_CARRIER_ACCOUNT"] = places.word("carrier_account")
    os.environ["WAKU_CARRIER_TOKEN"] = places.word("carrier_token")
    django.setup()
    if words == ["furnish"]:
        _furnish()
    _show_codes()
    return 0


def _furnish() -> None:
    from config.demo.steps import STEPS

    for step in STEPS:
        _say(f"  {step.words}: {step.work()}")


def _show_codes() -> None:
    from config.demo.cast import PASSWORD, TOWNS
    from config.demo.one_time_codes import codes, seconds_left
    from tenancy import municipalities
    from tenancy.current import serving

    for town in TOWNS:
        try:
            found = municipalities.find(code=town.code)
        except municipalities.UnknownMunicipality:
            continue
        with serving(found):
            for name, code in codes().items():
                _say(f"  {town.name} {name}  {code}")
    _say(f"  {PASSWORD}({seconds_left()} s)")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
