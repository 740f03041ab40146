"""How and when somebody wants to hear of things."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import kinds
from portal.actions.preferences import Wish
from portal.models import Preference, QuietHours, User
from portal.reminders import Quiet

HOURS = [(f"{hour:02}:00", f"{hour:02}:00") for hour in range(24) if hour != 2]  # at two clocks change


class HourField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=HOURS, coerce=datetime.time.fromisoformat, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value


class PreferencesForm(forms.Form):
    """One pair of fields for each group of which something can come, then the hours."""

    daily_at = HourField(label=_("The daily mail leaves at"))
    starts = HourField(label=_("Quiet from"))
    ends = HourField(
        label=_("Quiet until"),
        help_text=_("Choose the same hour twice if you want no quiet hours."),
    )
    weekends = forms.BooleanField(
        label=_("Quiet on Saturday and Sunday"), required=False, help_text=_("The daily mail then waits for Monday.")
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        hours = QuietHours.objects.filter(person=person).first() or QuietHours()
        kept = {row.group: row for row in Preference.objects.filter(person=person)}
        initial = {name: getattr(hours, name) for name in ("starts", "ends", "weekends", "daily_at")}
        super().__init__(*args, initial=initial, **kwargs)
        self.groups = kinds.groups()
        for group in self.groups:
            row = kept.get(group) or Preference(group=group)
            self.fields[f"mail_{group}"] = forms.ChoiceField(
                label=group.label, choices=Preference.Mail.choices, widget=forms.RadioSelect, initial=row.mail
            )
            self.fields[f"portal_{group}"] = forms.BooleanField(
                label=_("Also show it on my home page"), required=False, initial=row.in_portal
            )

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"mail_{group}"], self[f"portal_{group}"]) for group in self.groups]

    @property
    def wishes(self) -> list[Wish]:
        said = self.cleaned_data
        return [Wish(group, said[f"mail_{group}"], said[f"portal_{group}"]) for group in self.groups]

    @property
    def quiet(self) -> Quiet:
        said = self.cleaned_data
        return Quiet(said["starts"], said["ends"], said["weekends"], said["daily_at"])
