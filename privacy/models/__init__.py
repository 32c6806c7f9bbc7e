"""Nouns of privacy: wrapped keys, the access log with its chain and its watch, failure budgets."""

from privacy.models.access_entry import AccessEntry as AccessEntry
from privacy.models.alert import Alert as Alert
from privacy.models.chain_link import ChainLink as ChainLink
from privacy.models.chain_link import UnlinkedEntry as UnlinkedEntry
from privacy.models.failure_budget import FailureBudget as FailureBudget
from privacy.models.kept_copy import CopyEnd as CopyEnd
from privacy.models.kept_copy import KeptCopy as KeptCopy
from privacy.models.log_anchor import LogAnchor as LogAnchor
from privacy.models.log_cut import LogCut as LogCut
from privacy.models.look_review import LookDraw as LookDraw
from privacy.models.look_review import LookReview as LookReview
from privacy.models.lookout import LogCheck as LogCheck
from privacy.models.lookout import Lookout as Lookout
from privacy.models.lookout import WeekTold as WeekTold
from privacy.models.odd_use_rule import OddUseRule as OddUseRule
from privacy.models.wrapped_key import WrappedKey as WrappedKey
