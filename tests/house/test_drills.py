"""A drill can be run, counts what was lost, and fails where it proves nothing."""

import json
import socket
import subprocess
import sys

import pytest
from django.utils import timezone

from bench.figures import Figures
from drills import __main__ as drill
from drills import carrier_outage, log
from drills.findings import Defect, Findings
from drills.log import Log
from drills.proxy import wire
from notifications import deliveries
from tests import carrying
from tests.carrying import promise, set_up_sender
from tests.house.sources import ROOT

answering, here, carrier = carrying.answering, carrying.here, carrying.carrier


class TestTheLog:
    def test_knows_what_each_key_was_told(self, tmp_path):
        kept = Log(tmp_path / "log")
        for key, how in (("a", log.OK), ("a", log.INFO), ("b", log.FAIL), ("c", log.INFO)):
            kept.end(kept.invoke(key), key, how, how)
        kept.invoke("d")
        kept.close()
        told = log.read(kept.path)

        assert told["a"].is_acknowledged and not told["a"].is_refused
        assert told["b"].is_refused
        assert told["c"].answers == told["d"].answers == [log.INFO]

    def test_says_which_kills_landed(self, tmp_path):
        kept = Log(tmp_path / "log")
        kept.killed("web", 7, has_landed=True)
        kept.killed("web", 0, has_landed=False)
        kept.close()

        said = [json.loads(line)["what"] for line in kept.path.read_text().splitlines()]
        assert said == ["killed", "missed"]


class TestFindings:
    def test_too_few_kills_are_a_failed_run(self, capsys):
        found = Findings("kills", Figures())
        found.must_reach("landed", 19, 20, "kills")

        assert (found.broken, found.too_few) == ([], ["landed: 19 of 20 kills"])
        assert capsys.readouterr().out == "figure kills_landed 19 kills\n"

    def test_what_a_defect_does_is_no_figure_of_the_house(self, capsys):
        found = Findings("kills", None)
        found.must_be_none("lost", 3, "reservations")

        assert found.broken == ["lost: 3 reservations"]
        assert capsys.readouterr().out == ""


@pytest.fixture
def echo():
    """A server that says everything again."""
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        def answer(line):
            with line:
                while said := line.recv(100):
                    line.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


class TestTheWire:
    def asked(self, line):
        with socket.create_connection(("127.0.0.1", line.port), timeout=20) as asking:
            try:
                asking.sendall(b"hello")
                return asking.recv(100)
            except OSError:
                return b""

    def test_passes_everything(self, echo):
        with wire(echo) as line:
            assert self.asked(line) == b"hello"

    def test_swallows_answers(self, echo):
        with wire(echo) as line:
            line.cut_answers = 1.0
            assert self.asked(line) == b""
            assert line.cuts == 1

    def test_refuses(self, echo):
        with wire(echo) as line:
            line.is_refused = True
            assert self.asked(line) == b""


class TestParts:
    def test_add_up_to_the_whole(self):
        """A drill that takes long may be run in parts."""
        from drills.interleavings import meetings

        everything = meetings.all_meetings()
        parts = [everything[number - 1 :: 8] for number in range(1, 9)]

        assert sorted(map(str, everything)) == sorted(str(one) for part in parts for one in part)
        assert drill._part("3/8") == (3, 8)

    @pytest.mark.parametrize("wrong", ["0/8", "9/8", "3", "a/b", "1/2/3"])
    def test_that_do_not_exist(self, wrong):
        with pytest.raises(ValueError, match=r".*"):
            drill._part(wrong)


class TestTheDefectOfALongOutage:
    """What the outage of the carrier must catch: a message that is of no use any more is sent."""

    def carried(self, carrier, defect):
        set_up_sender(quiet_from="03:00", quiet_until="03:00")
        late = promise(at=timezone.now())
        type(late).objects.filter(pk=late.pk).update(not_after=timezone.now())
        with carrier_outage._seeded(defect):
            deliveries.sweep(at=timezone.now())
            deliveries.deliver_due(at=timezone.now())
        return len(carrier.messages)

    def test_is_not_there(self, served, carrier):
        assert self.carried(carrier, None) == 0

    def test_sends_what_is_too_late(self, served, carrier):
        assert self.carried(carrier, Defect("sent_too_late")) == 1


class TestARun:
    def test_of_kills_and_an_outage_loses_nothing(self):
        """Processes are killed under some hundred presses; then Valkey is gone for a while."""
        done = subprocess.run(
            [sys.executable, "-m", "drills", "--quick", "--no-defects", "kills", "valkey_outage"],
            check=False, cwd=ROOT, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        said = dict(line.split(" ")[1:3] for line in done.stdout.splitlines() if "figure" in line)

        assert int(said["kills_landed"]) >= 2
        assert said["kills_acknowledged_lost"] == said["kills_doubled"] == "0"
        assert said["kills_oversold"] == said["kills_invariants_broken"] == "0"
        assert float(said["valkey_outage_seconds"]) >= 12
        assert said["valkey_outage_unanswered"] == said["valkey_outage_acknowledged_lost"] == "0"
        assert said["valkey_outage_doubles"] == "0"
