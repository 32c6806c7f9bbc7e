"""The figures can be taken, and a broken promise fails the run while speed never does."""

import subprocess
import sys

import pytest

from bench.figures import Figures, percentile
from tests.house.sources import ROOT


class TestFigures:
    def test_a_promise_kept_is_one_line(self, capsys):
        figures = Figures()
        figures.say("bookings_per_second", 333.4, "confirms/s")
        figures.must_be_none("doubled", 0, "reservations")

        assert capsys.readouterr().out.splitlines() == [
            "figure bookings_per_second 333 confirms/s",
            "figure doubled 0 reservations",
        ]
        assert figures.broken == []

    def test_a_broken_promise_is_remembered_over_all_groups(self, capsys):
        figures = Figures()
        figures.count("oversold", 0, "places")
        figures.count("oversold", 2, "places")
        figures.count("oversold", 0, "places")
        figures.end()

        assert figures.broken == ["oversold is 2 places, not 0"]

    def test_what_another_run_said_is_said_again_and_its_counts_are_added(self, capsys):
        figures = Figures()
        figures.count("oversold", 1, "places")
        figures.repeat("figure request_cost_ratio 0.92 (bar 1.1): a press\n")
        figures.repeat("figure oversold 2 places\n")
        figures.end()

        assert capsys.readouterr().out.splitlines() == [
            "figure request_cost_ratio 0.92 (bar 1.1): a press",
            "figure oversold 3 places",
        ]
        assert figures.broken == ["oversold is 3 places, not 0"]

    def test_the_tail_is_the_tail(self):
        waits = [n / 1000 for n in range(1000)]

        assert [percentile(waits, share) for share in (50, 95, 99)] == [0.5, 0.95, 0.99]
        assert percentile([], 95) == 0.0


@pytest.fixture(scope="module")
def said():
    """Some groups of one quick run, the kills first, through HTTP, on servers that keep what they acknowledge."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "kills", "hot_slot", "operators", "board_events",
         "opening", "prints"],
        check=False, cwd=ROOT, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(line.split(" ")[1:3] for line in done.stdout.splitlines())


class TestARun:
    def test_says_the_figures_under_the_names_that_were_agreed(self, said):
        assert {
            "operator_p95_ms_calm",
            "operator_p95_ms_flooded",
            "board_event_p95_ms",
        } <= said.keys()
        assert {"hot_slot_granted", "hot_slot_seconds", "kills_landed"} <= said.keys()

    def test_through_a_flood_every_call_goes_on_to_its_end(self, said):
        assert float(said["flood_answers_per_second"]) > 0
        assert int(said["operator_actions"]) > 0
        assert said["operator_calls_lost"] == "0"

    def test_an_opening_morning_lets_people_in_and_loses_nobody_s_call(self, said):
        assert int(said["opening_let_in"]) > 0
        assert int(said["opening_door_requests"]) > 100
        assert said["opening_inside_faults"] == said["opening_waiting_faults"] == "0"
        assert said["opening_operator_calls_lost"] == "0"

    def test_a_print_run_leaves_nobody_uncounted(self, said):
        assert int(said["print_run_rows"]) >= 500
        assert said["print_run_lost"] == "0"

    def test_every_console_hears_every_event_of_the_floor(self, said):
        assert said["board_events_missed"] == "0"

    def test_of_the_hottest_slot_grants_exactly_its_places(self, said):
        assert said["hot_slot_granted"] == "100"
        assert said["oversold"] == said["doubled"] == said["without_event"] == "0"

    def test_through_a_kill_of_the_database_loses_nothing_acknowledged(self, said):
        assert int(said["killed_while_pressing"]) > 0
        assert said["acknowledged_lost"] == "0"

    def test_after_a_kill_pressing_again_gets_every_place_once(self, said):
        assert said["lost_after_pressing_again"] == said["doubled"] == "0"

    def test_after_a_kill_the_first_press_again_is_served(self, said):
        assert said["pressed_again_in_vain"] == "0"
