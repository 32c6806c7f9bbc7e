"""Two municipalities with the same keys and different canaries; a page and a socket to read them."""

import threading
import uuid

import pytest

from tenancy.current import serving

READS = 1_000
THREADS = 16
CANARY = {"999997": "KANARIA-MIHON", "999989": "KANARIA-TAMESHI"}
SAME_ID = uuid.UUID(int=42)


@pytest.fixture
def canaries(live_municipalities):
    """The same primary key in both municipalities, each with its own canary, sealed and plain."""
    from tests import cast

    for municipality in (live_municipalities.mihon, live_municipalities.tameshi):
        with serving(municipality):
            cast.venue(code="V1", name=CANARY[municipality.code])
            cast.resident(
                name=CANARY[municipality.code], voucher_number="9990000001", language="ja"
            )
    return live_municipalities


def all_at_once(count, work):
    """Run work(number) in `count` threads from one barrier; returns what they raised."""
    barrier, raised = threading.Barrier(count), []

    def run(number):
        from django.db import connections

        barrier.wait()
        try:
            work(number)
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            raised.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
