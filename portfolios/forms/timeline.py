from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portal.models import Placement, User
from portfolios.models import Competency, Experience, Portfolio

GOAL, LOOSE = "goal", "loose"
PLACE = ("person", "department__name", "organisation__name")  # what the name of a placement is made of


class TimelineFilters(forms.Form):
    """What is asked of a timeline; each may stay empty. What does not fit counts as not asked."""

    q = forms.CharField(
        label=_("Words"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    competency = forms.ModelChoiceField(label=_("Competency"), required=False, queryset=Competency.objects.none())
    placement = forms.ModelChoiceField(label=_("Where"), required=False, queryset=Placement.objects.none())
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(
        label=_("Until and including"),
        required=False,
        widget=DayInput,
    )

    def __init__(self, *args: Any, owner: User, mine: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", _("everything")), *Experience.Kind.choices, (GOAL, _("goal"))]
        self.fields["kind"].choices = kinds + ([(LOOSE, _("not linked yet"))] if mine else [])
        chosen = Portfolio.objects.filter(owner=owner).values("framework_version")
        self.fields["competency"].queryset = Competency.objects.filter(version__in=chosen).only("names")
        self.fields["competency"].empty_label = self.fields["placement"].empty_label = _("everything")
        if not mine:  # where somebody worked is theirs to tell
            del self.fields["placement"]
            return
        places = owner.placements.select_related("department", "organisation").order_by("-starts_on").only(*PLACE)
        self.fields["placement"].queryset = places

    def asked(self) -> dict[str, Any]:
        """What was understood of it."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
