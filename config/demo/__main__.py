"""make demo: two municipalities with dummy people on this machine, until Ctrl-C."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from config import embedded

from .house import TOP, House, Places
from .supervisor import DemoFailed, DemoStopped, Supervisor, run_to_the_end, stop_when_asked


def main() -> int:
    """Run the demo; 0 when somebody ended it, 1 when it could not run."""
    os.chdir(TOP)
    stop_when_asked()
    try:
        _run(Places.from_environment())
    except DemoStopped:
        _say("終了しました。 / Stopped; nothing is left running.")
        return 0
    except (DemoFailed, embedded.ServerRefusal) as refusal:
        _say(f"\n{refusal}")
        return 1
    return 0


def _run(places: Places) -> None:
    embedded.must_be_free(places.port, setting="WAKU_PORT")
    database = embedded.postgres(
        places.folder / "postgres", int(os.environ.get("WAKU_POSTGRES_PORT") or 0)
    )
    doorbell = embedded.valkey(
        places.folder / "valkey", int(os.environ.get("WAKU_VALKEY_PORT") or 0)
    )
    with ExitStack() as running:
        with _step("PostgreSQL, Valkey"):
            running.enter_context(database)
            running.enter_context(doorbell)
        house = House(places, database, doorbell)
        # By the environment: a command line is seen by everybody on the machine.
        secret = {"WAKU_SUPERUSER_URL": house.superuser_url}
        run_to_the_end(["bin/manage", "demo_prepare"], {**house.owner_environment(), **secret})
        supervisor = running.enter_context(Supervisor(places.logs))
        with _step("pages, worker, beat, announcer, simulator"):
            supervisor.start(*house.services())
        _say(_welcome(places.port))
        supervisor.watch()


@contextmanager
def _step(name: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    _say(f"  {name} ({time.monotonic() - begun:.1f} s)")


def _welcome(port: int) -> str:
    address = f"localhost:{port}/"
    return (
        "\n枠 Waku のデモが動いています。 / The demo is running.\n\n"
        f"  デモの手引き guide    http://staff.mihon.{address}demo/\n"
        f"  住民   見本市         http://mihon.{address}\n"
        f"  職員   見本市         http://staff.mihon.{address}\n"
        f"  住民   試市           http://tameshi.{address}\n"
        f"  職員   試市           http://staff.tameshi.{address}\n\n"
        "Ctrl-C で終了します。 / Ctrl-C ends it."
    )


def _say(words: str) -> None:
    with suppress(BrokenPipeError):  # whoever read has gone; the demo has not
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
