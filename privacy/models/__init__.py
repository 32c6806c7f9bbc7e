"""Nouns of privacy: wrapped keys, the access log, failure budgets."""

from privacy.models.access_entry import AccessEntry as AccessEntry
from privacy.models.failure_budget import FailureBudget as FailureBudget
from privacy.models.wrapped_key import WrappedKey as WrappedKey
