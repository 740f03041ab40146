"""Signing in, and one's own account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.socialaccount.forms import DisconnectForm
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.names import check_name
from portal.rules import may_sign_in

# --- What allauth shows ---------------------------------------------------------------------


def _account_of(person: User | None, email: str) -> User | None:
    """Who gets a code. For anybody else the same work is done and nothing is sent, so that nothing tells them apart."""
    if person and may_sign_in(person):
        return person
    get_adapter().rehearse_code_mail(email)
    return None


class SignInForm(LoginForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("password"):
            self.user = _account_of(self.user, cleaned["login"])
        return cleaned


class RequestCodeForm(RequestLoginCodeForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        self._user = _account_of(self._user, email)
        return email


class UnlinkForm(DisconnectForm):
    def clean(self) -> dict[str, Any]:
        """allauth keeps the last institution of somebody without a password; here a code always signs in."""
        return super(DisconnectForm, self).clean()


# --- Our own pages --------------------------------------------------------------------------


class FreshCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "code-input", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


class AccountForm(forms.ModelForm):
    THEMES = [("auto", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))]

    theme = forms.ChoiceField(label=_("Light or dark"), choices=THEMES, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["title", "given_name", "family_name", "language"]
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "honorific-prefix"}),
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("given_name", "family_name"):
            self.fields[name].required = True
        for name in ("title", "given_name", "family_name"):
            self.fields[name].validators.append(check_name)
