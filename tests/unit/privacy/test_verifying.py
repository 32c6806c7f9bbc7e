"""What an owner of the database does to the access log is found (R18, S-32)."""

import json
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command

from privacy import access_log, chain, chain_links, log_anchors, verifying
from privacy.models import ChainLink, LogAnchor
from privacy.verifying import Kind
from tenancy.current import current, serving
from tests.cast import NOW

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def anchors_folder(tmp_path, settings):
    settings.WAKU_ANCHOR_FOLDER = str(tmp_path)
    return tmp_path


@pytest.fixture
def log(live_municipalities, anchors_folder):
    """見本市 with 30 lines in ten links; the newest head stands in the second place."""
    with serving(live_municipalities.mihon):
        write(30)
        log_anchors.tell_due(at=NOW + timedelta(minutes=11))
    return live_municipalities


def write(lines, *, at=NOW, each=3):
    for number in range(lines):
        moment = at + timedelta(seconds=20 * number)
        access_log.record(what="view", resident_id=UUID(int=number), by=None, at=moment)
        if number % each == each - 1:
            chain_links.append(at=moment)


@contextmanager
def attacker(stage):
    """Somebody who owns the cluster: no right and no trigger stops them."""
    with psycopg.connect(stage.superuser_url) as connection:
        connection.execute(f"SET search_path = {stage.mihon.schema}")
        connection.execute("SET session_replication_role = replica")
        yield connection


def verified(stage, *, at=LATER):
    with serving(stage.mihon):
        return verifying.verify(at=at)


def kinds(report):
    return {finding.kind for finding in report.findings}


def nth(connection, number):
    """The id of the nth line."""
    rows = connection.execute("SELECT id FROM privacy_accessentry ORDER BY id").fetchall()
    return rows[number][0]


def edit(connection):
    connection.execute("UPDATE privacy_accessentry SET why = 'x' WHERE id = %s", [nth(connection, 4)])  # fmt: skip


def edit_nothing_to_something(connection):
    connection.execute("UPDATE privacy_accessentry SET call_id = gen_random_uuid() WHERE id = %s", [nth(connection, 7)])  # fmt: skip


def swap_clock(connection):
    connection.execute("UPDATE privacy_accessentry SET happened_at = happened_at - interval '1 s' WHERE id = %s", [nth(connection, 7)])  # fmt: skip


def take_away(connection):
    connection.execute("DELETE FROM privacy_accessentry WHERE id = %s", [nth(connection, 4)])


def take_away_all_about_one(connection):
    connection.execute("DELETE FROM privacy_accessentry WHERE resident_id = %s", [UUID(int=29)])


def slip_in(connection):
    connection.execute(
        "INSERT INTO privacy_accessentry (happened_at, role, network, request_id, what, why, "
        "count, succeeded) SELECT happened_at, role, network, request_id, 'find', why, count, "
        "succeeded FROM privacy_accessentry WHERE id = %s", [nth(connection, 4)],
    )  # fmt: skip


def slip_into_a_link(connection):
    slip_in(connection)
    connection.execute(
        "UPDATE privacy_chainlink SET entry_ids = entry_ids || (SELECT max(id) FROM "
        "privacy_accessentry), entries = entries + 1 WHERE number = 2"
    )


def turn_two_lines_round(connection):
    one, two = nth(connection, 4), nth(connection, 20)
    for before, after in ((one, -1), (two, one), (-1, two)):
        connection.execute("UPDATE privacy_accessentry SET id = %s WHERE id = %s", [after, before])


def turn_the_order_round(connection):
    connection.execute(
        "UPDATE privacy_chainlink SET entry_ids = (SELECT array_agg(i ORDER BY i DESC) "
        "FROM unnest(entry_ids) i) WHERE number = 3"
    )


def turn_two_links_round(connection):
    for before, after in ((3, -1), (5, 3), (-1, 5)):
        connection.execute("UPDATE privacy_chainlink SET number = %s WHERE number = %s", [after, before])  # fmt: skip


def take_out_a_link(connection):
    connection.execute("DELETE FROM privacy_accessentry WHERE id = ANY((SELECT entry_ids FROM privacy_chainlink WHERE number = 4)::bigint[])")  # fmt: skip
    connection.execute("DELETE FROM privacy_chainlink WHERE number = 4")


def cut_off(connection):
    """The last links, their lines and our own facts about what was told: all gone."""
    connection.execute(
        "DELETE FROM privacy_accessentry WHERE id IN (SELECT unnest(entry_ids) FROM "
        "privacy_chainlink WHERE number > 7)"
    )
    connection.execute("DELETE FROM privacy_chainlink WHERE number > 7")
    connection.execute("DELETE FROM privacy_loganchor")


def cut_off_everything(connection):
    for table in ("accessentry", "chainlink", "loganchor", "unlinkedentry"):
        connection.execute(f"DELETE FROM privacy_{table}")


def edit_and_write_the_chain_anew(connection):
    edit(connection)
    forge(connection)


def cut_off_and_go_on(connection):
    """The tail is replaced by harmless lines, in links that fit."""
    connection.execute("UPDATE privacy_accessentry SET resident_id = NULL WHERE id > %s", [nth(connection, 20)])  # fmt: skip
    forge(connection)


ATTACKS = [
    (edit, Kind.CHANGED),
    (edit_nothing_to_something, Kind.CHANGED),
    (swap_clock, Kind.CHANGED),
    (take_away, Kind.LINE_GONE),
    (take_away_all_about_one, Kind.LINE_GONE),
    (slip_in, Kind.STRANGER),
    (slip_into_a_link, Kind.CHANGED),
    (turn_two_lines_round, Kind.CHANGED),
    (turn_the_order_round, Kind.CHANGED),
    (turn_two_links_round, Kind.CHANGED),
    (take_out_a_link, Kind.LINK_GONE),
    (cut_off, Kind.CUT_OFF),
    (cut_off_everything, Kind.CUT_OFF),
    (edit_and_write_the_chain_anew, Kind.OTHER_HEAD),
    (cut_off_and_go_on, Kind.OTHER_HEAD),
]


def forge(connection):
    """Write every head anew, as somebody who knows the rule can."""
    before, code = chain.FIRST, current_code(connection)
    rows = connection.execute("SELECT number, entries, through, linked_at, entry_ids FROM privacy_chainlink ORDER BY number").fetchall()  # fmt: skip
    for number, entries, through, linked_at, entry_ids in rows:
        digest = chain.begun(before, chain.Title(code, number, entries, through, linked_at))
        with connection.cursor() as cursor:
            with cursor.copy(chain_links._LINES, [entry_ids]) as lines:
                for line in lines:
                    digest.update(bytes(line))
        before = digest.digest()
        connection.execute("UPDATE privacy_chainlink SET head = %s WHERE number = %s", [before, number])  # fmt: skip


def current_code(connection):
    (schema,) = connection.execute("SELECT current_schema()").fetchone()
    return schema.removeprefix("m_")


class TestAnUntouchedLog:
    def test_stands(self, log):
        report = verified(log)

        assert report.is_whole, report.findings
        assert (report.links, report.entries, report.unlinked) == (10, 30, 0)
        assert report.anchors == 2  # the file's line and our own fact about it

    def test_stands_while_lines_wait(self, log):
        with serving(log.mihon):
            write(2, at=LATER, each=9)

        report = verified(log)

        assert report.is_whole
        assert report.unlinked == 2

    def test_stands_where_nothing_was_ever_written(self, live_municipalities, anchors_folder):
        assert verified(live_municipalities).is_whole

    def test_stands_through_a_pause_of_the_chainer(self, log):
        """Nobody linked for a day: that is not somebody slipping lines in."""
        with serving(log.mihon):
            write(3, at=NOW + timedelta(hours=5), each=9)
            write(3, at=NOW + timedelta(hours=25), each=9)
            chain_links.append(at=NOW + timedelta(hours=26))

        assert verified(log, at=NOW + timedelta(hours=26)).is_whole

    def test_in_groups_of_any_size_comes_to_the_same(self, log, monkeypatch):
        monkeypatch.setattr("privacy.chain_reading.GROUP", 4)

        assert verified(log).is_whole


class TestAttacks:
    @pytest.mark.parametrize(("attack", "kind"), ATTACKS, ids=[one.__name__ for one, _ in ATTACKS])
    def test_are_found(self, log, attack, kind):
        with attacker(log) as connection:
            attack(connection)

        assert kind in kinds(verified(log))

    @pytest.mark.parametrize("attack", [edit, swap_clock, turn_two_lines_round, turn_the_order_round])  # fmt: skip
    def test_would_not_be_found_without_the_chain(self, log, monkeypatch, attack):
        """The danger is real: numbers, counts and anchors alone see nothing."""
        monkeypatch.setattr(verifying, "_check_heads", lambda *_: None)
        with attacker(log) as connection:
            attack(connection)

        assert verified(log).is_whole

    @pytest.mark.parametrize("attack", [cut_off, cut_off_everything, edit_and_write_the_chain_anew, cut_off_and_go_on])  # fmt: skip
    def test_would_not_be_found_without_the_second_place(self, log, settings, attack):
        """The danger is real: whoever owns the database can make a chain that fits."""
        settings.WAKU_ANCHOR_FOLDER = ""
        with attacker(log) as connection:
            attack(connection)
            connection.execute("DELETE FROM privacy_loganchor")

        assert verified(log).is_whole

    def test_name_the_place_and_nothing_else(self, log):
        with attacker(log) as connection:
            edit(connection)
            gone = nth(connection, 20)
            connection.execute("DELETE FROM privacy_accessentry WHERE id = %s", [gone])

        found = {(f.kind, f.number, f.entry_id) for f in verified(log).findings}
        assert found == {(Kind.CHANGED, 2, None), (Kind.LINE_GONE, 7, gone)}

    def test_a_line_slipped_in_by_the_doors_own_way_has_the_wrong_time(self, log):
        """Whoever may write lines cannot write yesterday's."""
        with serving(log.mihon):
            access_log.record(what="view", by=None, at=NOW - timedelta(hours=3))
            chain_links.append(at=LATER)

        assert kinds(verified(log)) == {Kind.CLOCK}

    @pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(minutes=20)])
    def test_a_clock_put_forward_is_found(self, log, ahead):
        with serving(log.mihon):
            access_log.record(what="view", by=None, at=LATER + ahead)
            chain_links.append(at=LATER)

        assert kinds(verified(log)) == {Kind.CLOCK}

    def test_taking_the_notes_away_is_found(self, log):
        with serving(log.mihon):
            write(2, at=LATER, each=9)
        with attacker(log) as connection:
            connection.execute("DELETE FROM privacy_unlinkedentry")

        assert kinds(verified(log)) == {Kind.STRANGER}

    def test_noting_a_line_again_is_found(self, log):
        with attacker(log) as connection:
            connection.execute("INSERT INTO privacy_unlinkedentry SELECT min(id) FROM privacy_accessentry")  # fmt: skip
        with serving(log.mihon):
            chain_links.append(at=LATER)

        assert Kind.TWICE in kinds(verified(log))

    def test_taking_a_waiting_line_away_is_found(self, log):
        with serving(log.mihon):
            write(2, at=LATER, each=9)
        with attacker(log) as connection:
            connection.execute("DELETE FROM privacy_accessentry WHERE id = (SELECT max(entry_id) FROM privacy_unlinkedentry)")  # fmt: skip

        assert kinds(verified(log)) == {Kind.LINE_GONE}

    def test_a_chainer_that_stands_still_is_found(self, log):
        with serving(log.mihon):
            write(1, at=LATER, each=9)

        assert kinds(verified(log, at=LATER + timedelta(hours=3))) == {Kind.NOT_LINKED}


class TestAsAnInvariant:
    """What drills and restores ask: no clock and no second place."""

    def test_holds_for_an_untouched_log(self, log):
        with serving(log.mihon):
            access_log.record(what="view", by=None, at=NOW - timedelta(days=9))
            chain_links.append(at=NOW)

            assert verifying.broken() == []

    def test_names_what_is_wrong(self, log):
        with attacker(log) as connection:
            edit(connection)

        with serving(log.mihon):
            assert verifying.broken() == ["access log: changed 2"]


class TestTheSecondPlace:
    def test_is_told_every_five_minutes_where_something_is_new(self, log):
        def told(minutes):
            return len(log_anchors.tell_due(at=NOW + timedelta(minutes=minutes)))

        with serving(log.mihon):
            assert told(30) == 0, "nothing is new"
            write(3, at=NOW + timedelta(minutes=31))
            assert told(33) == 1
            write(3, at=NOW + timedelta(minutes=34))
            assert told(36) == 0, "too early"
            assert told(38) == 1

    def test_holds_lines_that_anybody_can_read(self, log, anchors_folder):
        line = (anchors_folder / f"{log.mihon.code}.anchors").read_text().strip()
        with serving(log.mihon):
            head = bytes(ChainLink.objects.get(number=10).head)

        said = json.loads(line)
        assert (said["link"], said["entries"], said["head"]) == (10, 30, head.hex())

    @pytest.mark.parametrize("text", ["", "rubbish", '{"chain": "waku-chain-1", "head": "00"}'])
    def test_that_lost_what_it_was_told_is_found(self, log, anchors_folder, text):
        (anchors_folder / f"{log.mihon.code}.anchors").write_text(text)

        assert kinds(verified(log)) == {Kind.PLACE}

    def test_that_cannot_be_written_is_a_fact_and_tried_again(self, log, settings, tmp_path):
        settings.WAKU_ANCHOR_FOLDER = str(tmp_path / "nowhere")
        with serving(log.mihon):
            write(3, at=LATER)
            (failed,) = log_anchors.tell_due(at=LATER + timedelta(minutes=5))
            again = log_anchors.tell_due(at=LATER + timedelta(minutes=5, seconds=10))
            settings.WAKU_ANCHOR_FOLDER = str(tmp_path)
            (good,) = log_anchors.tell_due(at=LATER + timedelta(minutes=7))

        assert (failed.succeeded, failed.error_code) == (False, "ENOENT")
        assert again == []
        assert good.succeeded

    def test_keeps_municipalities_apart(self, log, anchors_folder):
        with serving(log.tameshi):
            write(3)
            log_anchors.tell_due(at=NOW + timedelta(minutes=2))

        report = verified(log)
        assert report.is_whole
        assert report.anchors == 2

    def test_is_no_link_to_follow(self, log, anchors_folder, tmp_path):
        path = anchors_folder / f"{log.mihon.code}.anchors"
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere")
        with serving(log.mihon):
            write(3, at=LATER)
            (failed,) = log_anchors.tell_due(at=LATER + timedelta(minutes=5))

        assert failed.error_code == "ELOOP"


class TestTheCommand:
    def test_says_that_all_is_well(self, log, capsys, monkeypatch):
        call_command("verify_log", municipality=log.mihon.code)

        assert "stands as it was written" in capsys.readouterr().out

    def test_ends_with_a_failure_and_says_where(self, log, capsys):
        with attacker(log) as connection:
            take_away(connection)

        with pytest.raises(CommandError):
            call_command("verify_log", municipality=log.mihon.code)

        assert "NG line_gone" in capsys.readouterr().out

    def test_believes_heads_from_a_mailbox(self, log, settings, tmp_path, capsys):
        """The ward's own copy finds what was done to every place that we could reach."""
        line = (tmp_path / f"{log.mihon.code}.anchors").read_text()
        mailbox = tmp_path / "mailbox.txt"
        mailbox.write_text(f"閲覧記録の写しです。\n\n> {line}\n-- \n")
        settings.WAKU_ANCHOR_FOLDER = ""
        with attacker(log) as connection:
            edit_and_write_the_chain_anew(connection)
            connection.execute("DELETE FROM privacy_loganchor")
        call_command("verify_log", municipality=log.mihon.code)

        with pytest.raises(CommandError):
            call_command("verify_log", municipality=log.mihon.code, anchors=str(mailbox))

        assert "NG other_head" in capsys.readouterr().out

    def test_says_that_a_file_cannot_be_read(self, log, tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_log", municipality=log.mihon.code, anchors=str(tmp_path / "x"))


def test_reads_in_the_same_words_what_it_wrote(log):
    with serving(log.mihon):
        told = LogAnchor.objects.get()

        assert [one.head for one in log_anchors.remembered().anchors] == [bytes(told.head)] * 2
        assert current().code == log.mihon.code
