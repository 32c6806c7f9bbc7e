"""Failure budgets: tries are counted in PostgreSQL, per key, in a window."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from privacy import budgets
from privacy.models import FailureBudget
from tenancy.current import serving
from tests.cast import NOW

WINDOW = timedelta(minutes=15)


def spend(key="a", kind="sign_in", limit=3, at=NOW):
    return budgets.spend(kind=kind, key=key, limit=limit, window=WINDOW, at=at)


class TestSpending:
    def test_is_granted_up_to_the_limit(self, served):
        assert [spend() for _ in range(5)] == [True, True, True, False, False]

    def test_fills_up_when_the_window_has_ended(self, served):
        for _ in range(4):
            spend()

        assert not spend(at=NOW + WINDOW - timedelta(seconds=1))
        assert spend(at=NOW + WINDOW)

    def test_a_refused_try_does_not_lengthen_the_window(self, served):
        for minute in range(15):
            spend(at=NOW + timedelta(minutes=minute))

        assert spend(at=NOW + WINDOW)

    def test_keeps_keys_and_kinds_apart(self, served):
        for _ in range(4):
            spend()

        assert spend(key="b")
        assert spend(kind="code")

    def test_keeps_municipalities_apart(self, live_municipalities):
        with serving(live_municipalities.mihon):
            assert [spend(limit=1), spend(limit=1)] == [True, False]
        with serving(live_municipalities.tameshi):
            assert spend(limit=1)

    def test_stores_no_readable_key(self, served):
        spend(key="9990000001|192.0.2.1")

        with connection.cursor() as cursor:
            cursor.execute("SELECT f::text FROM privacy_failurebudget f")
            (row,) = cursor.fetchone()
        assert "9990000001" not in row
        assert len(FailureBudget.objects.get().key_index) == 16

    @pytest.mark.concurrency
    def test_many_at_once_are_granted_no_more_than_the_limit(self, live_municipalities):
        def one(_number):
            from django.db import connections

            with serving(live_municipalities.mihon):
                granted = spend(limit=5)
            connections.close_all()
            return granted

        with ThreadPoolExecutor(12) as threads:
            granted = list(threads.map(one, range(60)))

        assert granted.count(True) == 5


class TestLooking:
    def test_counts_nothing(self, served):
        spend(limit=1)

        assert budgets.is_spent(kind="sign_in", key="a", limit=1, at=NOW)
        assert not budgets.is_spent(kind="sign_in", key="a", limit=2, at=NOW)
        assert not budgets.is_spent(kind="sign_in", key="a", limit=1, at=NOW + WINDOW)


class TestGivingBack:
    def test_takes_one_try_back(self, served):
        for _ in range(3):
            spend()

        budgets.give_back(kind="sign_in", key="a")

        assert [spend(), spend()] == [True, False]

    def test_never_gives_more_than_was_spent(self, served):
        spend(limit=1)
        for _ in range(3):
            budgets.give_back(kind="sign_in", key="a")

        assert [spend(limit=1), spend(limit=1)] == [True, False]

    def test_forgetting_takes_all_of_them_back(self, served):
        for _ in range(9):
            spend()

        budgets.forget(kind="sign_in", key="a")

        assert spend(limit=1)


class TestSweeping:
    def test_drops_only_ended_windows(self, served):
        spend(key="old", at=NOW - WINDOW)
        spend(key="new")

        assert budgets.sweep(at=NOW) == 1
        assert FailureBudget.objects.count() == 1


class TestNetworks:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("", "unknown"),
            ("evil", "unknown"),
        ],
    )
    def test_an_ipv6_customer_is_one_network(self, address, network):
        assert budgets.network_of(address) == network
