"""Two municipalities with the same keys and different canaries; a page and a socket to read them."""

import threading
import uuid

import pytest

from tenancy.current import serving

READS = 1_000
READS_APART = 250  # over two clusters each read takes a connection of its own pool
THREADS = 16
CANARY = {"999997": "KANARIA-MIHON", "999989": "KANARIA-TAMESHI"}
SAME_ID = uuid.UUID(int=42)


DECOY = "KANARIA-OF-THE-WRONG-CLUSTER"
ONE_CLUSTER = pytest.mark.parametrize("canaries", ["one cluster"], indirect=True)
OWN_DATABASE = pytest.mark.parametrize("canaries", ["own database"], indirect=True)


@pytest.fixture(params=["one cluster", "own database"])
def canaries(request, live_municipalities):
    """The same primary key in both municipalities, each with its own canary, sealed and plain.

    With a database of its own 試市 has a decoy on the first cluster, where nobody may read it.
    """
    if request.param == "one cluster":
        stage = live_municipalities
    else:
        _put(live_municipalities.tameshi, DECOY)
        stage = request.getfixturevalue("tameshi_apart")
    for municipality in (stage.mihon, stage.tameshi):
        _put(municipality, CANARY[municipality.code])
    return stage


def _put(municipality, canary):
    from tests import cast

    with serving(municipality):
        cast.venue(code="V1", name=canary)
        cast.resident(name=canary, voucher_number="9990000001", language="ja")


def reads(canaries):
    """How many interleaved reads a test makes."""
    return READS if canaries.tameshi.database == "default" else READS_APART


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
