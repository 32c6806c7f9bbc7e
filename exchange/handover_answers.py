"""Verb: the other side of a handover confirms its record or objects to it (S-91)."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import handover
from exchange.models import HandoverAnswer, HandoverRecord
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

#: From then on a record without an answer is marked in the list.
AWAITED_FOR: Final = timedelta(days=7)


class Refused(Exception):
    """An answer that is not taken; `words` say why."""

    words: str | Promise = _("この操作をする権限がありません。")


class OwnRecord(Refused):
    """Who took the thing wrote the record; the other side answers."""

    words = _("受け取った人とは別の職員が確認してください。")


class AlreadyAnswered(Refused):
    """A record is answered once."""

    words = _("この確認書にはもう回答があります。")


class NoWords(Refused):
    """An objection says what is wrong."""

    words = _("異議の内容を書いてください。")


def answer(
    *, record: HandoverRecord, agrees: bool, words: str, by: Staff, at: datetime
) -> HandoverAnswer:
    """Confirm a record, or object to it in words; once, and not by who took the thing."""
    if record.writer_id == by.pk:
        raise OwnRecord
    if not may_answer(record, by=by):
        raise Refused
    if not agrees and not words.strip():
        raise NoWords
    what = HandoverAnswer.What.CONFIRMED if agrees else HandoverAnswer.What.OBJECTED
    try:
        with municipality_atomic():
            return HandoverAnswer.objects.create(
                record=record,
                what=what,
                words=words,
                answered_by=by,
                answered_by_words=handover.signature(by),
                answered_at=at,
            )
    except IntegrityError as clash:
        raise AlreadyAnswered from clash


def may_answer(record: HandoverRecord, *, by: Staff) -> bool:
    """Whether a person is the other side: whom it names, or of a file moved here any officer."""
    if record.writer_id == by.pk or not by.may(Permission.ANSWER_HANDOVERS):
        return False
    named = by.pk in {record.given_by_id, record.taken_by_id}
    return named or (record.written_by_id is None and by.may(Permission.COMMIT_FILE))


def is_overdue(record: HandoverRecord, *, at: datetime) -> bool:
    """Whether nobody has answered for so long, and nothing has corrected it."""
    return not hasattr(record, "answer") and at > record.happened_at + AWAITED_FOR
