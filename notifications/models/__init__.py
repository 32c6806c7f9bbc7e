"""Nouns of what we owe people."""

from notifications.models.attempt import Attempt as Attempt
from notifications.models.attempt import Result as Result
from notifications.models.message import Carrier as Carrier
from notifications.models.message import Kind as Kind
from notifications.models.message import Message as Message
from notifications.models.message import State as State
from notifications.models.message_template import MessageTemplate as MessageTemplate
from notifications.models.receipt import Receipt as Receipt
from notifications.models.sender import Sender as Sender
