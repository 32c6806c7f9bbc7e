"""Checks of who is let in when (優先区分の点検)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from booking.releases.findings import Finding, error, warning
from booking.releases.terms import Cohort, Facts, Row
from shared.templatetags.words import moment


def check_cohorts_may(facts: Facts) -> Iterator[Finding]:
    """A cohort whose own booking begins later cannot book when its row opens."""
    by_id = {one.group_id: one for one in facts.cohorts}
    for row in facts.rows:
        cohort = by_id.get(row.group_id or 0)
        if cohort and cohort.is_external:
            words = _("%(group)sはここでは予約できない区分です。") % {"group": cohort.name}
            yield error("external_cohort", words, row.row_id)
        elif cohort and cohort.bookable_from > row.opens_at:
            words = _("%(group)sの予約受付開始（%(moment)s）が、この行の放出より後です。")
            terms = {"group": cohort.name, "moment": moment(cohort.bookable_from)}
            yield error("cohort_later", words % terms, row.row_id)


def check_nobody_left_out(facts: Facts) -> Iterator[Finding]:
    """Every cohort that may book by then has places."""
    if not facts.rows:
        return
    last = max(row.opens_at for row in facts.rows)
    for cohort in facts.cohorts:
        if cohort.is_external or cohort.bookable_from > last:
            continue
        if not any(_is_for(row, cohort) for row in (*facts.rows, *facts.armed)):
            words = _("%(group)sが予約できる枠が一つもありません。") % {"group": cohort.name}
            yield warning("cohort_without_places", words)
        elif cohort.people == 0:
            words = _("%(group)sに当てはまる対象者がいません。") % {"group": cohort.name}
            yield warning("empty_cohort", words)


def check_demand(facts: Facts) -> Iterator[Finding]:
    """More people than places is a rush; the ward should know before the morning."""
    meant = [
        one
        for one in facts.cohorts
        if not one.is_external and any(_is_for(row, one) for row in facts.rows)
    ]
    if not meant:
        return
    if any(one.people is None for one in meant):
        words = _("区分ごとの人数がまだ数えられていないため、見込みと枠数を比べていません。")
        yield warning("not_counted", words)
        return
    people = sum(one.people or 0 for one in meant) * facts.expected_share // 100
    places = _supply(facts)
    if people > places:
        words = _(
            "見込み%(people)s人（%(share)s％）に対し、放出する枠は%(places)sです。抽選や割当も検討してください。"
        )
        terms = {"people": people, "share": facts.expected_share, "places": places}
        yield warning("more_people_than_places", words % terms)


def _is_for(row: Row, cohort: Cohort) -> bool:
    return row.group_id in {None, cohort.group_id}


def _supply(facts: Facts) -> int:
    """The places for a first dose that the rows open."""
    found = 0
    for day in facts.days:
        for channel, count in day.counts.items():
            rows = [
                row
                for row in facts.rows
                if row.dose_number in {None, 1}
                and row.covers(venue_id=day.venue_id, day=day.day, channel=channel)
            ]
            if rows:
                found += count.left
    return found


COHORT_CHECKS = (check_cohorts_may, check_nobody_left_out, check_demand)
