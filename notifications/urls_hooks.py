"""The hooks host's addresses of notifications."""

from django.urls import path

from notifications.views import receipts

app_name = "notifications"
urlpatterns = [path("receipts/sms/", receipts.sms, name="sms_receipts")]
