"""Nouns of privacy: wrapped keys, the access log and its chain, failure budgets."""

from privacy.models.access_entry import AccessEntry as AccessEntry
from privacy.models.chain_link import ChainLink as ChainLink
from privacy.models.chain_link import UnlinkedEntry as UnlinkedEntry
from privacy.models.failure_budget import FailureBudget as FailureBudget
from privacy.models.log_anchor import LogAnchor as LogAnchor
from privacy.models.wrapped_key import WrappedKey as WrappedKey
