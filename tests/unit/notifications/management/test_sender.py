import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from notifications import senders
from notifications.models import Sender

SID = "AC" + "3" * 32


def run(**given):
    out = io.StringIO()
    call_command("sender", municipality="999997", stdout=out, **given)
    return out.getvalue()


class TestSender:
    def test_is_set_with_its_token_sealed_and_names_the_receipts_address(self, served, folder):
        (folder / "token").write_text("very-secret\n")

        said = run(
            sms_account=SID,
            sms_name="Mihon",
            token_file=folder / "token",
            mail="waku@mihon.example",
        )

        assert "http://hooks.mihon.localhost/receipts/sms/" in said
        assert senders.sms_account_of(Sender.objects.get()).token == "very-secret"
        with connection.cursor() as cursor:
            cursor.execute("SELECT sms_token FROM notifications_sender")
            assert b"very-secret" not in bytes(cursor.fetchone()[0])
        assert not hasattr(Sender.history.latest(), "sms_token")

    def test_refuses_a_wrong_address_and_a_missing_file(self, served, folder):
        with pytest.raises(CommandError):
            run(mail="nobody")
        with pytest.raises(CommandError, match="cannot be read"):
            run(token_file=folder / "nothing")
        with pytest.raises(CommandError, match="no such municipality"):
            call_command("sender", municipality="131041")
