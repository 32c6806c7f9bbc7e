"""The access log is bound into a chain; nobody edits what it holds (P10)."""

import hashlib
import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from privacy import access_log, chain_links, chainer
from privacy.models import AccessEntry, ChainLink, UnlinkedEntry
from tenancy.current import current, serving
from tests.cast import NOW

SOMEBODY = UUID(int=1)


def look(what="view", at=NOW, **more):
    return access_log.record(what=what, resident_id=SOMEBODY, by=None, at=at, **more)


class TestAppend:
    def test_binds_everything_that_waits_and_nothing_twice(self, served):
        entries = [look(), look("find")]

        first = chain_links.append(at=NOW)

        assert (first.number, first.entries, first.through) == (1, 2, 2)
        assert first.entry_ids == [entry.pk for entry in entries]
        assert chain_links.append(at=NOW) is None
        look()
        second = chain_links.append(at=NOW)
        assert (second.number, second.entries, second.through) == (2, 1, 3)
        assert not UnlinkedEntry.objects.exists()

    def test_heads_are_what_the_rule_says(self, served):
        """Computed by hand from the written rule, without the code under test."""
        entry = look(why="窓口\tで\\確認", call_id=UUID(int=7))
        link = chain_links.append(at=NOW)

        moment = int(NOW.timestamp() * 1_000_000)
        title = f"waku-chain-1\t{current().code}\t1\t1\t1\t{moment}\n"
        line = (
            f"{entry.pk}\t{moment}\t\\N\tresident\t\t\t{SOMEBODY}\tview\t"
            f"窓口\\tで\\\\確認\t{UUID(int=7)}\t1\tt\n"
        )
        head = hashlib.sha256(bytes(32) + title.encode() + line.encode()).digest()
        assert link.head == head

        look(at=NOW)
        following = chain_links.append(at=NOW)
        title = f"waku-chain-1\t{current().code}\t2\t1\t2\t{moment}\n"
        assert following.head == hashlib.sha256(head + title.encode() + _line_of(2)).digest()

    def test_a_clock_that_went_back_does_not_turn_the_chain_back(self, served):
        look()
        first = chain_links.append(at=NOW)
        look()

        assert chain_links.append(at=NOW - timedelta(hours=1)).linked_at == first.linked_at

    def test_says_how_much_waits_and_since_when(self, served):
        look(at=NOW - timedelta(hours=1))
        look()
        noted = UnlinkedEntry.objects.order_by("noted_at").first().noted_at

        backlog = chain_links.backlog()

        assert backlog.entries == 2
        assert backlog.is_late(at=noted + timedelta(seconds=50), seconds=30)
        assert not backlog.is_late(at=noted + timedelta(seconds=50), seconds=60)
        chain_links.append(at=NOW)
        assert not chain_links.backlog().is_late(at=noted + timedelta(days=1), seconds=30)


def _line_of(number):
    entry = AccessEntry.objects.order_by("id")[number - 1]
    moment = int(entry.happened_at.timestamp() * 1_000_000)
    return f"{entry.pk}\t{moment}\t\\N\tresident\t\t\t{SOMEBODY}\tview\t\t\\N\t1\tt\n".encode()


class TestFacts:
    @pytest.mark.parametrize("model", [AccessEntry, ChainLink])
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_the_house_has_no_right_to_change_them(self, served, model, change):
        look()
        chain_links.append(at=NOW)
        rows = model.objects.all()

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.update(**{model._meta.pk.name: 99}) if change == "update" else rows.delete()

    @pytest.mark.parametrize("table", ["privacy_accessentry", "privacy_chainlink", "privacy_loganchor"])  # fmt: skip
    @pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {0} SET {1} = {1}"])  # fmt: skip
    def test_even_their_owner_is_refused(self, live_municipalities, table, change):
        column = "number" if table == "privacy_chainlink" else "id"
        schema = live_municipalities.mihon.schema
        with psycopg.connect(live_municipalities.superuser_url) as connection:
            connection.execute(f"SET search_path = {schema}; SET ROLE waku_owner")
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="holds facts"):
                connection.execute(change.format(table, column))


class TestLateCommits:
    """A line that takes its id early and commits late, while others are linked."""

    def test_are_in_the_next_link(self, live_municipalities):
        with late_line(live_municipalities) as (late, commit):
            early = _committed(live_municipalities.mihon)
            commit()
            following = _link(live_municipalities.mihon)

        assert late < early.entry_ids[0], "the late one took the smaller id"
        assert following.entry_ids == [late]
        assert following.number == early.number + 1

    def test_would_be_missed_by_whoever_goes_by_ids(self, live_municipalities):
        """The danger is real: 'everything above the last id' never finds it."""
        with late_line(live_municipalities) as (late, commit):
            highest = max(_committed(live_municipalities.mihon).entry_ids)
            commit()
            with serving(live_municipalities.mihon):
                by_ids = AccessEntry.objects.filter(pk__gt=highest)

                assert not by_ids.exists()
                assert AccessEntry.objects.filter(pk=late).exists()

    def test_do_not_hold_up_others(self, live_municipalities):
        with late_line(live_municipalities) as (_late, commit):
            assert _committed(live_municipalities.mihon).entries == 1
            commit()


def late_line(stage):
    """A context: (id of an uncommitted line, what commits it)."""
    from contextlib import contextmanager

    @contextmanager
    def open_transaction():
        with psycopg.connect(stage.superuser_url) as connection:
            connection.execute(f"SET search_path = {stage.mihon.schema}")
            (entry_id,) = connection.execute(
                "INSERT INTO privacy_accessentry (happened_at, role, network, request_id, what, "
                "why, count, succeeded) VALUES (now(), '', '', '', 'view', '', 1, true) RETURNING id"
            ).fetchone()
            yield entry_id, connection.commit

    return open_transaction()


def _committed(municipality):
    with serving(municipality):
        look()
        return chain_links.append(at=timezone.now())


def _link(municipality):
    with serving(municipality):
        return chain_links.append(at=timezone.now())


@pytest.mark.concurrency
class TestTheChainer:
    def test_links_every_municipality_while_many_write(self, live_municipalities):
        """Eight writers against two chainers: each line in exactly one link, numbers without a gap."""
        stage, writers, each = live_municipalities, 8, 25
        stop = threading.Event()
        threads = [threading.Thread(target=chainer.Rounds(work=lambda at: chain_links.append(at=at), clock=timezone.now, seconds=0.01).run, args=[stop]) for _ in range(2)]  # fmt: skip

        def write(number):
            with serving(stage.mihon if number % 2 else stage.tameshi):
                for _ in range(each):
                    look()
            _close()

        writing = [threading.Thread(target=write, args=[number]) for number in range(writers)]
        for thread in threads + writing:
            thread.start()
        for thread in writing:
            thread.join()
        stop.set()
        for thread in threads:
            thread.join()

        for municipality in (stage.mihon, stage.tameshi):
            with serving(municipality):
                chain_links.append(at=timezone.now())
                links = list(ChainLink.objects.order_by("number"))
                linked = [entry_id for link in links for entry_id in link.entry_ids]
                assert [link.number for link in links] == list(range(1, len(links) + 1))
                assert sorted(linked) == sorted(AccessEntry.objects.values_list("pk", flat=True))
                assert len(linked) == len(set(linked)) == links[-1].through == writers // 2 * each

    def test_goes_on_where_one_municipality_fails(self, live_municipalities):
        from django.db import DatabaseError

        stop, done = threading.Event(), []

        def work(_at):
            done.append(current().code)
            if current().code == live_municipalities.tameshi.code:
                raise DatabaseError
            if len(done) > 3:
                stop.set()

        chainer.Rounds(work=work, clock=timezone.now, seconds=0).run(stop)

        assert {live_municipalities.mihon.code, live_municipalities.tameshi.code} == set(done)


def _close():
    from django.db import connections

    connections.close_all()
