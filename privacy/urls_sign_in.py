"""Signing in, on the staff host. allauth's own names where allauth looks for them; no sign-up,
no mail, no password reset by mail, nothing social.
"""

from django.urls import path

from privacy.views import own_account, own_sign_ins, passkeys, sent_too_late, sign_in, step_up

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/code/", sign_in.code, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.sign_in, name="sign_in_by_passkey"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("step-up/", step_up.step_up, name="step_up"),
    path("step-up/passkey/", passkeys.step_up, name="step_up_by_passkey"),
    path("account/sent-too-late/", sent_too_late.sent_too_late, name="sent_too_late"),
    path("account/passkeys/", passkeys.everything, name="mfa_list_webauthn"),
    path("account/passkeys/new/", passkeys.make, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/name/", passkeys.rename, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/forget/", passkeys.forget, name="mfa_remove_webauthn"),
    path("account/sign-ins/", own_sign_ins.everything, name="usersessions_list"),
    path("account/sign-ins/others/end/", own_sign_ins.end_others, name="sign_ins_end_others"),
    path("account/sign-ins/<slug:token>/end/", own_sign_ins.end, name="sign_in_end"),
    path("account/password/", own_account.password, name="account_change_password"),
    path("account/second-factor/", own_account.second_factor_page, name="mfa_activate_totp"),
    path("account/recovery-codes/", own_account.recovery_codes, name="mfa_view_recovery_codes"),
]
