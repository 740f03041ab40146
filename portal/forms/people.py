"""What an administrator types about people. Days are inclusive on screen; `ends_on` is the day after the last."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import rules
from portal.forms.dates import DayInput
from portal.models import Organisation, Role, User
from portal.names import check_name
from portal.spreadsheets import MAX_BYTES

DAY = datetime.timedelta(days=1)
EARLIEST, LATEST = datetime.date(1950, 1, 1), datetime.date(2150, 1, 1)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, **kwargs)


class PeriodForm(forms.Form):
    """Gives `starts_on` and `ends_on` (half open) in cleaned_data."""

    starts_on = _day(gettext_lazy("First day"))
    last_on = _day(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave this empty when you do not know it yet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, last_on = cleaned.get("starts_on"), cleaned.get("last_on")
        for name, value in (("starts_on", starts_on), ("last_on", last_on)):
            if value and not EARLIEST <= value <= LATEST:
                self.add_error(name, _("Look at the year of this day."))
        if starts_on and last_on and last_on < starts_on:
            self.add_error("last_on", _("The last day lies before the first. Choose a later day."))
        cleaned["ends_on"] = last_on + DAY if last_on and not self.errors else None
        return cleaned


class MembershipForm(PeriodForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)

    field_order = ["role", "starts_on", "last_on"]


class PersonForm(MembershipForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        help_text=gettext_lazy(
            "With this address the person signs in. Somebody who is here already keeps their own name."
        ),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=20, required=False, validators=[check_name])
    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, validators=[check_name])
    family_name = forms.CharField(label=gettext_lazy("Last name"), max_length=120, validators=[check_name])

    field_order = ["email", "title", "given_name", "family_name", "role", "starts_on", "last_on"]

    @property
    def names(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title", "given_name", "family_name")}


class EndForm(forms.Form):
    on = _day(
        gettext_lazy("From which day is this over?"),
        help_text=gettext_lazy("Choose today to end it at once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    def clean_on(self) -> datetime.date:
        on = self.cleaned_data["on"]
        if not EARLIEST <= on <= LATEST:
            raise forms.ValidationError(_("Look at the year of this day."))
        return on


class _OtherForm(PeriodForm):
    """A form that names a second person of the same organisation by address."""

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def _person_here(self, email: str) -> User:
        person = rules.person_of_address(email)
        if person is None or not rules.colleagues_of(self.organisation).filter(pk=person.pk).exists():
            raise forms.ValidationError(
                _("Nobody with this address works here. Add this person to the organisation first.")
            )
        return person


class PlacementForm(_OtherForm):
    department = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Department"), required=False)
    discipline = forms.CharField(label=gettext_lazy("Discipline"), max_length=120, required=False)
    supervisor = forms.EmailField(label=gettext_lazy("E-mail address of the clinical supervisor"), required=False)

    field_order = ["department", "discipline", "supervisor", "starts_on", "last_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Organisation.objects.filter(parent=self.organisation, kind=Organisation.Kind.DEPARTMENT)
        self.fields["department"].queryset = departments

    def clean_supervisor(self) -> User | None:
        email = self.cleaned_data["supervisor"]
        return self._person_here(email) if email else None

    @property
    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("department", "discipline", "supervisor", "starts_on", "ends_on")
        }


class RelationForm(_OtherForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Guides as"), choices=[(kind.value, kind.label) for kind in rules.ADMINISTERED_RELATIONS]
    )
    other = forms.EmailField(label=gettext_lazy("E-mail address of the person who guides"))

    field_order = ["kind", "other", "starts_on", "last_on"]

    def clean_other(self) -> User:
        return self._person_here(self.cleaned_data["other"])

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "other", "starts_on", "ends_on")}


class FilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name or address"), required=False, max_length=100, widget=forms.SearchInput)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("All roles")), *Role.choices]
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        required=False,
        choices=[("", gettext_lazy("Now and later")), ("ended", gettext_lazy("Ended"))],
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The list"),
        allow_empty_file=True,  # the import itself says what to do about an empty list
        help_text=gettext_lazy("A workbook (.xlsx) or CSV, up to 1,000 people and 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 2 MB. Split it, or remove what the import does not need.")
            )
        return file


class ImportConfirmForm(forms.Form):
    tell = forms.BooleanField(
        label=gettext_lazy("Mail everybody who gets a role that they can sign in"), required=False, initial=True
    )
