"""Pages about the municipality's own house, on the staff host."""

from django.urls import path

from tenancy.views import accounts, session, settings

app_name = "tenancy"
urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("session/", session.session, name="session"),
    path("permissions/", settings.permissions, name="permissions"),
    path("staff/", accounts.everybody, name="staff"),
    path("staff/new/", accounts.new, name="account_new"),
    path("staff/<uuid:pk>/", accounts.account, name="account"),
    path("staff/<uuid:pk>/role/", accounts.change_role, name="change_role"),
    path("staff/<uuid:pk>/disable/", accounts.disable, name="disable"),
    path("staff/<uuid:pk>/enable/", accounts.enable, name="enable"),
    path("staff/<uuid:pk>/password/", accounts.issue_password, name="issue_password"),
    path("staff/<uuid:pk>/reset/", accounts.ask_reset, name="ask_reset"),
    path("resets/<uuid:pk>/grant/", accounts.grant_reset, name="grant_reset"),
    path("resets/<uuid:pk>/refuse/", accounts.refuse_reset, name="refuse_reset"),
]
