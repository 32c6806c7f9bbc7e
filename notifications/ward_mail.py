"""Verb: one mail to the ward's own mailbox, by the municipality's mail account."""

import uuid
from contextlib import closing

from notifications import senders
from notifications.channels import Answer, Dispatch
from notifications.channels.mail import Mail


def send(mailbox: str, subject: str, body: str) -> str:
    """Hand one mail to the mail server; "" when it took it, else an error's name."""
    account = senders.mail_account_of(senders.sender())
    if account is None:
        return "no_sender"
    dispatch = Dispatch(attempt_id=uuid.uuid4(), recipient=mailbox, body=body, subject=subject)
    with closing(Mail(account)) as mail:
        outcome = mail.send(dispatch)
    return "" if outcome.answer == Answer.ACCEPTED else outcome.error_code or str(outcome.answer)
