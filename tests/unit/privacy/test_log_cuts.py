"""Old lines of the access log go by a signed checkpoint only; every other cut is found (S-144)."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from privacy import access_log, chain_links, checkpoints, log_anchors, log_cuts, verifying
from privacy.models import AccessEntry, ChainLink, LogCut
from privacy.verifying import Kind
from tenancy import standings
from tenancy.current import current, municipality_atomic, serving
from tenancy.models import Standing
from tests.cast import NOW

OLD, NEW, AT = NOW, NOW + timedelta(days=700), NOW + timedelta(days=760)
CONSENT = "同意 第7号"


@pytest.fixture
def log(live_municipalities, tmp_path, settings):
    """Six links of before the retention, three told; six of after."""
    settings.WAKU_ANCHOR_FOLDER = str(tmp_path)
    with serving(live_municipalities.mihon):
        standings.standing()
        Standing.objects.update(access_log_years=1)
        standings.forget_kept()
        write(OLD, tell_after=3)
        write(NEW, tell_after=3)
        yield live_municipalities
    standings.forget_kept()


def write(begins, *, tell_after):
    for number in range(6):
        moment = begins + timedelta(minutes=10 * number)
        for _line in range(3):
            access_log.record(what="view", resident_id=UUID(int=number), by=None, at=moment)
        chain_links.append(at=moment)
        if number == tell_after:
            log_anchors.tell_due(at=moment)


def kinds():
    return {one.kind for one in verifying.verify(at=AT).findings}


class attacker:  # noqa: N801 - read as a word
    """Somebody who owns the cluster, but not the key file."""

    def __init__(self, stage):
        self.stage = stage

    def __call__(self, *statements):
        with psycopg.connect(self.stage.superuser_url) as connection:
            connection.execute(f"SET search_path = {self.stage.mihon.schema}")
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)


FIRST_FOUR = (
    (
        "DELETE FROM privacy_accessentry WHERE id IN "
        "(SELECT unnest(entry_ids) FROM privacy_chainlink WHERE number <= 4)"
    ),
    "DELETE FROM privacy_chainlink WHERE number <= 4",
)
FORGED = (
    (
        "INSERT INTO privacy_logcut SELECT number, through, head, 1, 'x', now(), sha256('x') "
        "FROM privacy_chainlink WHERE number = 4"
    ),
    *FIRST_FOUR,
)


class TestACut:
    def test_goes_up_to_what_a_second_place_holds_and_the_rest_stands(self, log):
        made = log_cuts.cut(consent=CONSENT, at=AT)

        assert (made.number, made.through) == (4, 12)
        assert ChainLink.objects.order_by("number").first().number == 5
        assert AccessEntry.objects.filter(what="view").count() == 24
        assert kinds() == set()
        assert verifying.broken() == []

    def test_is_a_line_of_the_log_itself(self, log):
        log_cuts.cut(consent=CONSENT, at=AT)
        line = AccessEntry.objects.get(what="log_cut")

        assert line.why == CONSENT
        assert line.pk in ChainLink.objects.order_by("number").last().entry_ids

    def test_is_followed_by_others(self, log):
        log_cuts.cut(consent=CONSENT, at=AT)
        later = NEW + timedelta(days=800)
        made = log_cuts.cut(consent=CONSENT, at=later)

        assert made.number == 10
        assert verifying.verify(at=later).is_whole
        chain_links.append(at=later)
        assert ChainLink.objects.order_by("number").last().number == 14

    def test_leaves_alone_what_is_younger_than_the_ward_keeps_it(self, log):
        Standing.objects.update(access_log_years=5)
        standings.forget_kept()

        with pytest.raises(log_cuts.NothingOld):
            log_cuts.cut(consent=CONSENT, at=AT)
        assert AccessEntry.objects.count() == 36

    def test_wants_the_ward_s_consent(self, log):
        with pytest.raises(log_cuts.NoConsent):
            log_cuts.cut(consent=" ", at=AT)

    def test_is_refused_where_the_log_does_not_stand(self, log):
        attacker(log)("UPDATE privacy_accessentry SET why = 'x' WHERE id = (SELECT min(id) FROM privacy_accessentry)")  # fmt: skip

        with pytest.raises(log_cuts.NotWhole):
            log_cuts.cut(consent=CONSENT, at=AT)
        assert AccessEntry.objects.count() == 36

    @pytest.mark.parametrize("model", [AccessEntry, ChainLink, LogCut])
    def test_is_not_in_the_power_of_the_house_s_own_role(self, log, model):
        with pytest.raises(DatabaseError), municipality_atomic():
            with connections[current().database].cursor() as cursor:
                cursor.execute("SELECT set_config('waku.log_cut', 'on', true)")
            model.objects.all().delete()

    def test_is_a_command(self, log, capsys, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
        with pytest.raises(CommandError, match="同意"):
            call_command("cut_log", municipality=log.mihon.code)
        call_command("cut_log", municipality=log.mihon.code, consent=CONSENT)

        assert "環 4 まで（12 件目まで）" in capsys.readouterr().out


class TestACutOfSomebodyElse:
    def test_without_a_checkpoint_is_found(self, log):
        attacker(log)(*FIRST_FOUR)

        assert Kind.LINK_GONE in kinds()

    def test_with_a_forged_checkpoint_is_found(self, log):
        attacker(log)(*FORGED)

        assert kinds() == {Kind.FALSE_CUT}

    def test_would_not_be_found_without_the_signature(self, log, monkeypatch):
        """The twin: the forged checkpoint fits everything but the key."""
        monkeypatch.setattr(checkpoints, "is_genuine", lambda _cut: True)
        attacker(log)(*FORGED)

        assert kinds() == set()

    def test_beyond_the_checkpoint_is_found(self, log):
        log_cuts.cut(consent=CONSENT, at=AT)
        attacker(log)(*(one.replace("<= 4", "<= 5") for one in FIRST_FOUR))

        assert Kind.LINK_GONE in kinds()

    def test_with_another_head_is_found_by_the_second_place(self, log, monkeypatch):
        log_cuts.cut(consent=CONSENT, at=AT)
        monkeypatch.setattr(checkpoints, "is_genuine", lambda _cut: True)
        attacker(log)("UPDATE privacy_logcut SET head = sha256('other')")

        assert Kind.OTHER_HEAD in kinds()

    def test_that_takes_the_checkpoint_away_is_found(self, log):
        log_cuts.cut(consent=CONSENT, at=AT)
        attacker(log)("DELETE FROM privacy_logcut")

        assert Kind.LINK_GONE in kinds()
