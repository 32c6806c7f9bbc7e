"""Verbs and questions of templates (文面の版): a change is a new version, never an edit."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications import words
from notifications.models.message import Carrier, Kind
from notifications.models.message_template import MessageTemplate
from notifications.standard_words import LANGUAGES, standard
from notifications.wording import NotSayable, problems
from shared.database import violates
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff

CARRIERS = (Carrier.SMS, Carrier.MAIL)


class TemplateRefused(Exception):
    """A version that cannot be made; `words` say why."""

    words: str | Promise


class ChangedMeanwhile(TemplateRefused):
    """Somebody else made a version after this page was opened."""

    words = _("ほかの職員が先に新しい版を作りました。内容を確かめて、もう一度入力してください。")


@dataclass(frozen=True)
class Template:
    """The words in force for one kind, way and language; version 0 is the standard."""

    kind: Kind
    carrier: Carrier
    language: str
    subject: str
    text: str
    version: int
    row: MessageTemplate | None = None


class UnknownTemplate(LookupError):
    """No such kind, way or language."""


def in_force(*, kind: str, carrier: str, language: str) -> Template:
    """The newest version, or the standard words; raises UnknownTemplate."""
    if kind not in Kind.values or carrier not in CARRIERS or language not in LANGUAGES:
        raise UnknownTemplate(f"{kind}/{carrier}/{language}")
    row = versions(kind=kind, carrier=carrier, language=language).first()
    if row is not None:
        subject, text, version = row.subject, row.text, row.version
    else:
        subject, text = standard(kind=kind, carrier=carrier, language=language)
        version = words.STANDARD_VERSION
    return Template(Kind(kind), Carrier(carrier), language, subject, text, version, row)


def all_in_force() -> list[Template]:
    """Every kind by every way in every language."""
    newest = {
        (row.kind, row.carrier, row.language): row
        for row in MessageTemplate.objects.select_related("made_by").order_by("version")
    }
    found = []
    for kind in Kind:
        for carrier in CARRIERS:
            for language in LANGUAGES:
                row = newest.get((kind, carrier, language))
                subject, text = standard(kind=kind, carrier=carrier, language=language)
                version = words.STANDARD_VERSION
                if row:
                    subject, text, version = row.subject, row.text, row.version
                found.append(Template(kind, carrier, language, subject, text, version, row))
    return found


def versions(*, kind: str, carrier: str, language: str) -> QuerySet[MessageTemplate]:
    """Every version the ward made, the newest first."""
    rows = MessageTemplate.objects.filter(kind=kind, carrier=carrier, language=language)
    return rows.select_related("made_by").order_by("-version")


def publish(
    *,
    of: Template,
    based_on: int,
    subject: str,
    text: str,
    reason: str,
    by: Staff,
    at: datetime,
) -> MessageTemplate:
    """Put new words in force after the version they are based on.

    Refuses what an SMS or a mail may not say, and a change of words somebody else has replaced.
    """
    if based_on != of.version:
        raise ChangedMeanwhile
    found = problems(words.draft(kind=of.kind, carrier=of.carrier, subject=subject, text=text))
    if found:
        raise NotSayable(found)
    row = MessageTemplate(
        kind=of.kind,
        carrier=of.carrier,
        language=of.language,
        version=of.version + 1,
        subject=subject,
        text=text,
        reason=reason,
        made_by=by,
        made_at=at,
    )
    try:
        with municipality_atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        if violates(clash, "template_version"):
            raise ChangedMeanwhile from clash
        raise
    on_commit(words.forget_kept)
    return row
