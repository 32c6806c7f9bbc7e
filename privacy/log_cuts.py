"""Verb: cut off what the access log must no longer keep (閲覧記録の切り離し); see checkpoints.

A cut goes up to a link that is older than the ward's retention and whose head a second place
holds. It leaves a checkpoint signed with the municipality's key: whoever owns the database but
not the key file cannot make one. Verifying begins there.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from privacy import access_log, chain_links, checkpoints, verifying
from privacy.backups._owner import connected
from privacy.models import ChainLink, LogAnchor, LogCut
from tenancy import standings
from tenancy.current import current

# Of the schema's owner: the house itself has no right to take a line away.
_LET_GO: Final = (
    "SELECT set_config('waku.log_cut', 'on', true)",
    (
        "DELETE FROM privacy_accessentry WHERE id IN "
        "(SELECT unnest(entry_ids) FROM privacy_chainlink WHERE number <= %(number)s)"
    ),
    "DELETE FROM privacy_chainlink WHERE number <= %(number)s",
    (
        "INSERT INTO privacy_logcut (number, through, head, kept_years, consent, cut_at, signature) "
        "VALUES (%(number)s, %(through)s, %(head)s, %(kept_years)s, %(consent)s, %(cut_at)s, "
        "%(signature)s)"
    ),
)


class CutRefused(Exception):
    """Every line stays; `words` say why."""

    words = "閲覧記録を切り離せません (the log was not cut)."


class NoConsent(CutRefused):
    """Only with the ward's written consent."""

    words = "自治体の書面による同意の番号 (--consent) が必要です。"


class NotWhole(CutRefused):
    """What is cut off can be proved no more: first it must stand."""

    words = "閲覧記録に異常があるため切り離せません。verify_log で確かめてください。"


class NothingOld(CutRefused):
    """No link is old enough, or no second place holds its head."""

    words = "保存期間を過ぎ、第二の場所に写しのある記録がありません。"


def cut(*, consent: str, at: datetime) -> LogCut:
    """Cut off whatever is older than the ward keeps it, or refuse; both at once or neither."""
    if not consent.strip():
        raise NoConsent
    years = standings.standing().access_log_years
    found = _newest_that_may_go(at - timedelta(days=366 * years))
    if not verifying.verify(at=at).is_whole:
        raise NotWhole
    access_log.record(what="log_cut", why=consent[:120], by=None, role="command", at=at)
    chain_links.append(at=at)  # so that a link is left, and this line is in it
    made = LogCut(
        number=found.number, through=found.through, head=bytes(found.head),
        kept_years=years, consent=consent[:40], cut_at=at,
    )  # fmt: skip
    made.signature = checkpoints.signature_of(made)
    values = {one.attname: getattr(made, one.attname) for one in LogCut._meta.concrete_fields}
    municipality = current()
    with connected(municipality) as connection:
        connection.execute("SELECT set_config('search_path', %s, true)", [municipality.schema])
        for statement in _LET_GO:
            connection.execute(statement, values if "%(" in statement else None)
    return made


def _newest_that_may_go(before: datetime) -> ChainLink:
    old = ChainLink.objects.filter(linked_at__lt=before).aggregate(most=Max("number"))["most"]
    told = (
        LogAnchor.objects.filter(succeeded=True, number__lte=old or 0).order_by("-number").first()
    )
    link = ChainLink.objects.defer("entry_ids").filter(number=told.number).first() if told else None
    if link is None:
        raise NothingOld
    return link
