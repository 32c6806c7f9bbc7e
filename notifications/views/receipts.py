"""Door: the carrier's status callbacks; the signature first, then anything else."""

import logging
import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from notifications import receipts, senders
from shared.figures import whole_number
from tenancy.policies import CARRIER, policy

log = logging.getLogger(__name__)
LARGEST = 16 * 1024
WORD = re.compile(r"[a-z_]{1,40}")
PROVIDER_ID = re.compile(r"(SM|MM)[0-9a-f]{32}")


@csrf_exempt
@require_POST
@policy(CARRIER)
def sms(request: HttpRequest) -> HttpResponse:
    """Keep what the carrier says; whatever it is about, it is answered with an empty 200.

    Never 429 and never 404: the carrier would not come again, and a callback may be quicker than
    the commit it speaks of.
    """
    length = whole_number(request.META.get("CONTENT_LENGTH"))
    if length is None:
        return HttpResponse(status=411)
    if length > LARGEST:
        return HttpResponse(status=413)
    if not _is_signed(request):
        return HttpResponse(status=403)
    said = request.POST
    provider_id = said.get("MessageSid", "")
    if PROVIDER_ID.fullmatch(provider_id) and WORD.fullmatch(said.get("MessageStatus", "")):
        receipts.take(
            provider_id=provider_id,
            attempt_id=_attempt_id(request.GET.get("attempt", "")),
            status=said["MessageStatus"][:20],
            error_code=_plain(said.get("ErrorCode", "")),
            done_date=_plain(said.get("RawDlrDoneDate", "")),
            at=timezone.now(),
        )
    else:
        log.warning("a signed callback named no message")
    return HttpResponse(status=200)


def _is_signed(request: HttpRequest) -> bool:
    """Whether this municipality's own account signed our own public address and these fields."""
    signature = request.headers.get("X-Twilio-Signature")
    row = senders.kept()
    if not signature or not row.sms_token or request.POST.get("AccountSid") != row.sms_account:
        return False
    # The address of the directory, never the request's own: Host and scheme are anybody's words.
    query = request.META.get("QUERY_STRING", "")
    address = senders.receipt_url() + (f"?{query}" if query else "")
    validator = RequestValidator(row.sms_token)
    return bool(validator.validate(address, request.POST, signature))


def _plain(given: str) -> str:
    """A code of figures and letters; anything else says nothing (a NUL would stop the database)."""
    return re.sub(r"[^0-9A-Za-z]", "", given)[:10]


def _attempt_id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
