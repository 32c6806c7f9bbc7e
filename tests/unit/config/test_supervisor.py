"""The demo's processes start in order, end in reverse, and never outlive it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.demo import supervisor
from config.demo.supervisor import DemoFailed, Service, Supervisor

ENVIRONMENT = {"PATH": os.defpath}
SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
TELLER = (  # writes its name into the diary when it is told to end
    "import signal, sys, time\n"
    "def end(*_): open(sys.argv[2], 'a').write(sys.argv[1] + ' '); sys.exit()\n"
    "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)\n"
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('up', flush=True); time.sleep(60)\n"
)


def service(folder, name, program, *words, **more):
    return Service(
        name=name,
        command=[sys.executable, "-c", program, *words],
        environment=ENVIRONMENT,
        is_ready=more.pop("is_ready", supervisor.says(folder / f"{name}.log", "up")),
        **more,
    )


def gone(pid):
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def wait_for(truth, seconds=15):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class TestOrder:
    def test_ends_in_reverse_order(self, tmp_path):
        diary = tmp_path / "diary"
        with Supervisor(tmp_path) as house:
            house.start(
                *(
                    service(tmp_path, name, TELLER, name, str(diary))
                    for name in ("database", "web", "worker")
                )
            )

        assert diary.read_text() == "worker web database "

    def test_a_process_that_will_not_go_is_made_to(self, tmp_path):
        with Supervisor(tmp_path, ending_patience=0.3) as house:
            house.start(service(tmp_path, "stubborn", STUBBORN))
            pid = house._running[0].process.pid

        assert gone(pid)

    def test_ends_what_runs_when_a_later_one_fails(self, tmp_path):
        with pytest.raises(DemoFailed, match="is not running"):
            with Supervisor(tmp_path) as house:
                house.start(service(tmp_path, "good", SLEEPER))
                pid = house._running[0].process.pid
                house.start(service(tmp_path, "bad", "raise SystemExit('no such thing')"))

        assert gone(pid)


class TestFailure:
    def test_says_which_process_and_its_last_words(self, tmp_path):
        with Supervisor(tmp_path) as house:
            with pytest.raises(DemoFailed, match=r"bad が動いていません(.|\n)*no such thing"):
                house.start(service(tmp_path, "bad", "raise SystemExit('no such thing')"))

    def test_says_when_a_process_never_answers(self, tmp_path):
        with Supervisor(tmp_path) as house:
            with pytest.raises(DemoFailed, match="no answer"):
                house.start(
                    service(tmp_path, "mute", SLEEPER, patience=0.2, is_ready=lambda: False)
                )

    def test_notices_a_process_that_ends_by_itself(self, tmp_path):
        with Supervisor(tmp_path) as house:
            house.start(
                service(
                    tmp_path,
                    "short",
                    "import time; print('up'); time.sleep(0.3)",
                    is_ready=lambda: True,
                )
            )
            with pytest.raises(DemoFailed, match="exit 0"):
                house.watch()

    def test_a_failing_step_ends_the_demo(self):
        with pytest.raises(DemoFailed, match="failed; see above"):
            supervisor.run_to_the_end(["-c", "raise SystemExit(3)"], ENVIRONMENT)


class TestEnd:
    PROGRAM = """
import sys
from pathlib import Path
from config.demo.supervisor import *
stop_when_asked()
log = Path(sys.argv[1])
try:
    with Supervisor(log) as house:
        for name in ("one", "two"):
            house.start(Service(name, [sys.executable, "-c", sys.argv[2]], {},
                                says(log / f"{name}.log", "up")))
        print(*[running.process.pid for running in house._running], flush=True)
        house.watch()
except DemoStopped:
    print("good-bye")
"""

    @pytest.fixture
    def demo(self, tmp_path):
        process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM, tmp_path, SLEEPER],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.children = [int(word) for word in process.stdout.readline().split()]
        yield process
        process.kill()
        process.communicate()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_any_way_of_ending_leaves_nothing_and_is_no_failure(self, demo, number):
        demo.send_signal(number)
        words, complaints = demo.communicate(timeout=20)

        assert (demo.returncode, words, complaints) == (0, "good-bye\n", "")
        assert [pid for pid in demo.children if not gone(pid)] == []

    def test_a_second_ctrl_c_changes_nothing(self, demo):
        demo.send_signal(signal.SIGINT)
        demo.send_signal(signal.SIGINT)

        assert demo.communicate(timeout=20) == ("good-bye\n", "")
        assert [pid for pid in demo.children if not gone(pid)] == []

    def test_killed_outright_its_processes_end_too(self, demo):
        demo.kill()

        wait_for(lambda: all(gone(pid) for pid in demo.children))
