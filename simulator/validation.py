"""Which requests the carrier refuses, and with which of Twilio's codes."""

import re
import urllib.parse
from collections.abc import Mapping

import phonenumbers

WORDS = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20503: "Service Unavailable",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Number",
    21408: "Permission to send an SMS has not been enabled for the region indicated by 'To'",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' phone number provided is not a valid message-capable number",
    21609: "The 'StatusCallback' URL is not a valid URL",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
LONGEST_BODY = 1600
ALPHANUMERIC_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


def error_of(*, form: Mapping[str, str], opted_out: set[tuple[str, str]]) -> int | None:
    """The code of the first thing wrong with a creation, or None."""
    return (
        _wrong_recipient(form.get("To", ""))
        or _wrong_sender(form)
        or _wrong_body(form.get("Body", ""))
        or _wrong_options(form)
        or (21610 if (form.get("From", ""), form["To"]) in opted_out else None)
    )


def _wrong_recipient(number: str) -> int | None:
    if not number:
        return 21604
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return 21211
    if not phonenumbers.is_valid_number(parsed):
        return 21211
    if parsed.country_code != 81:
        return 21408
    kind = phonenumbers.number_type(parsed)
    return None if kind == phonenumbers.PhoneNumberType.MOBILE else 21614


def _wrong_sender(form: Mapping[str, str]) -> int | None:
    sender = form.get("From", "")
    if not sender:
        return None if form.get("MessagingServiceSid", "").startswith("MG") else 21603
    if ALPHANUMERIC_SENDER.fullmatch(sender):
        return None
    return None if re.fullmatch(r"\+[1-9]\d{6,14}", sender) else 21212


def _wrong_body(body: str) -> int | None:
    if not body:
        return 21602
    return 21617 if len(body) > LONGEST_BODY else None


def _wrong_options(form: Mapping[str, str]) -> int | None:
    validity = form.get("ValidityPeriod", "36000")
    if not (validity.isascii() and validity.isdigit() and 1 <= int(validity) <= 36000):
        return 20001
    target = form.get("StatusCallback")
    if target is None:
        return None
    parts = urllib.parse.urlsplit(target)
    wrong = parts.scheme not in {"http", "https"} or not parts.hostname or "_" in parts.hostname
    return 21609 if wrong else None
