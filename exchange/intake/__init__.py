"""Intake (取込): a ward's target list comes in, is checked, and is taken in by two people.

receive (A) → unlock (B) → check → commit (anybody but A) → apply; or give_back.
"""

from exchange.intake._apply import apply, commit, give_back
from exchange.intake._check import check
from exchange.intake._receive import Declared, receive, unlock
from exchange.intake.refusals import Refused

__all__ = [
    "Declared",
    "Refused",
    "apply",
    "check",
    "commit",
    "give_back",
    "receive",
    "unlock",
]
