"""Nouns of privacy: wrapped keys, the access log."""

from privacy.models.access_entry import AccessEntry as AccessEntry
from privacy.models.wrapped_key import WrappedKey as WrappedKey
