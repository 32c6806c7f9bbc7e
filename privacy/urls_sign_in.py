"""Signing in, on the staff host. allauth's own names where allauth looks for them; no sign-up,
no mail, no password reset by mail, nothing social.
"""

from django.urls import path

from privacy.views import own_account, sign_in, step_up

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/code/", sign_in.code, name="mfa_authenticate"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("step-up/", step_up.step_up, name="step_up"),
    path("account/password/", own_account.password, name="account_change_password"),
    path("account/second-factor/", own_account.second_factor_page, name="mfa_activate_totp"),
    path("account/recovery-codes/", own_account.recovery_codes, name="mfa_view_recovery_codes"),
]
