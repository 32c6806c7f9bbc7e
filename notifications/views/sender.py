"""Door: from whom, when and how much is sent, for the ward officer and the contractor."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications import presenters, senders
from notifications.forms import SenderForm
from shared.calendar import day_of
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of


@require_http_methods(["GET", "HEAD", "POST"])
@policy(staff_may(Permission.EDIT_SENDER, fresh=Fresh.TO_CHANGE))
def settings(request: HttpRequest) -> HttpResponse:
    """The settings as they are, a form for others, and who changed what and why."""
    row = senders.as_set()
    seen = {"based_on": senders.version(row)}
    form = SenderForm(request.POST or None, instance=row, initial=seen)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                senders.change(**form.told(), by=staff_of(request), at=timezone.now())
            except senders.SenderRefused as refusal:
                form.add_error(refusal.item or None, str(refusal.words))
                status = 409
            else:
                messages.success(request, _("送信の設定を変更しました。"))
                return redirect("notifications:sender")
    now = timezone.now()
    facts = {
        "form": form,
        "receipts_come_in": senders.receipt_url(),
        "has_token": bool(row.sms_token),
        "reminders": presenters.reminder_lines(senders.reminders_of(day_of(now))),
        "history": presenters.sender_history(row),
    }
    return render(request, "notifications/sender.html", facts, status=status)
