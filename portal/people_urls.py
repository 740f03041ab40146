"""People: signing in, one's own account, the people of an organisation.

allauth's pages keep its URLs and names. Those that we guard or replace stand before it, under the same name.
"""

from allauth.account import views as account_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.socialaccount import views as social_views
from django.urls import include, path, re_path

from portal import oidc
from portal.fresh_code import fresh_code_required
from portal.views import account, imports, people, today
from portal.views.account import enrolling, removing, with_passwords

sign_in = [
    path("logout/", account.sign_out, name="account_logout"),
    path("email/", fresh_code_required(account_views.email), name="account_email"),
    path("password/change/", with_passwords(account_views.password_change), name="account_change_password"),
    path("password/set/", with_passwords(fresh_code_required(account_views.password_set)), name="account_set_password"),
    path("password/reset/", with_passwords(account_views.password_reset), name="account_reset_password"),
    path("password/reset/done/", with_passwords(account_views.password_reset_done), name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        with_passwords(account_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        with_passwords(account_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("reauthenticate/", with_passwords(account_views.reauthenticate), name="account_reauthenticate"),
    path("2fa/totp/activate/", fresh_code_required(enrolling(totp_views.activate_totp)), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", removing(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/webauthn/add/", fresh_code_required(enrolling(webauthn_views.add_webauthn)), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", removing(webauthn_views.remove_webauthn), name="mfa_remove_webauthn"),
    path(
        "2fa/recovery-codes/generate/",
        fresh_code_required(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("3rdparty/", fresh_code_required(social_views.connections), name="socialaccount_connections"),
    path("oidc/<str:provider_id>/login/", oidc.sign_in, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

urlpatterns = [
    path("accounts/", include(sign_in)),
    path("account/", account.account, name="account"),
    path("account/confirm/", account.confirm_identity, name="confirm_identity"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/preferences/", today.preferences, name="preferences"),
    path("account/sessions/end/", account.session_end, name="session_end"),
    path("language/", account.set_language, name="set_language"),
    path("organisations/", people.organisations, name="organisations"),
    path("organisations/<str:code>/people/", people.people, name="people"),
    path("organisations/<str:code>/people/add/", people.person_add, name="person_add"),
    path("organisations/<str:code>/people/import/", imports.people_import, name="people_import"),
    path("organisations/<str:code>/people/import/<str:key>/", imports.import_check, name="import_check"),
    path("organisations/<str:code>/people/import/<str:key>/confirm/", imports.import_confirm, name="import_confirm"),
    path("organisations/<str:code>/people/<str:person_code>/", people.person, name="person"),
    path("organisations/<str:code>/people/<str:person_code>/roles/add/", people.membership_add, name="membership_add"),
    path(
        "organisations/<str:code>/people/<str:person_code>/placements/add/", people.placement_add, name="placement_add"
    ),
    path("organisations/<str:code>/people/<str:person_code>/relations/add/", people.relation_add, name="relation_add"),
    path(
        "organisations/<str:code>/people/<str:person_code>/<str:kind>/<str:row_code>/end/",
        people.period_end,
        name="period_end",
    ),
]
