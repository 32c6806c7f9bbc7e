"""Pages about the municipality's own house, on the staff host."""

from django.urls import path

from tenancy.views import accounts, handlers, pledge, session, settings

app_name = "tenancy"
urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("pledge/", pledge.pledge, name="pledge"),
    path("session/", session.session, name="session"),
    path("permissions/", settings.permissions, name="permissions"),
    path("handlers/", handlers.everybody, name="handlers"),
    path("handlers/printed/", handlers.printed, name="handlers_printed"),
    path("handlers/new/", handlers.new, name="handler_new"),
    path("handlers/<uuid:pk>/", handlers.one, name="handler"),
    path("handlers/<uuid:pk>/change/", handlers.change, name="handler_change"),
    path("handlers/<uuid:pk>/strike-off/", handlers.strike_off, name="handler_strike_off"),
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
