"""Nouns of what we owe people."""

from notifications.models.message import Message as Message
