"""Look a release plan through before anybody arms it (放出計画の点検).

Each check stands for a morning that went wrong somewhere in 2021; what a race could do wrong is
kept by constraints, this is about what people can set wrong.
"""

from booking.releases._lint_cohorts import COHORT_CHECKS
from booking.releases._lint_days import DAY_CHECKS
from booking.releases._lint_doses import DOSE_CHECKS
from booking.releases.findings import Finding
from booking.releases.terms import Facts

CHECKS = (*DAY_CHECKS, *COHORT_CHECKS, *DOSE_CHECKS)


def lint(facts: Facts) -> list[Finding]:
    """Everything that is wrong, errors first, in the order of the checks."""
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=lambda one: not one.is_error)
