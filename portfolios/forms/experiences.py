import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portal.models import Placement, Shareable
from portfolios.actions.experiences import Content
from portfolios.forms.days import past
from portfolios.forms.timeline import PLACE
from portfolios.models import Competency, EvidenceLink, Experience, Goal, Portfolio, Profile

STARR = {
    "situation": (_("Situation"), _("Where were you, and what was going on?")),
    "task": (_("Task"), _("What was expected of you?")),
    "action": (_("Action"), _("What did you do yourself, step by step?")),
    "result": (_("Result"), _("How did it end?")),
    "reflection": (_("Reflection"), _("What do you take along, what will you do differently next time?")),
}


def _under_headings(competencies: Iterable[Competency], present: int) -> list[tuple[str, list[tuple[int, str]]]]:
    """What is linked to another version than the present one comes last, with its number."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for competency in competencies:
        heading = competency.heading
        if competency.version_id != present:
            heading = gettext("Linked earlier, version %(number)s") % {"number": competency.version.number}
        groups.setdefault(heading, []).append((competency.pk, str(competency)))
    return list(groups.items())


def _targets(owner: int, item: int | None) -> QuerySet[Shareable]:
    """Open goals and profiles of this owner, and what `item` shows already; goals first, the soonest first."""
    here = {"pk": OuterRef("pk")}
    goals, link = Goal.objects.filter(**here), EvidenceLink.objects.filter(item=item, target=OuterRef("pk"))
    offered = Exists(goals.open()) | Exists(Profile.objects.filter(**here)) | Q(chosen=True)
    facts = {"chosen": Exists(link), "is_goal": Exists(goals), "due_on": Subquery(goals.values("target_on"))}
    rows = Shareable.objects.filter(owner=owner).annotate(**facts).filter(offered)
    return rows.order_by("-is_goal", F("due_on").asc(nulls_last=True), "pk")


def _by_kind(targets: Iterable[Any]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for one in targets:
        groups.setdefault(gettext("Goals") if one.is_goal else gettext("Profiles"), []).append((one.pk, str(one)))
    return list(groups.items())


class ExperienceForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    code = forms.CharField(widget=forms.HiddenInput, required=False)  # of a new one: sent twice, made once
    title = forms.CharField(
        label=_("What was it about?"),
        max_length=200,
        help_text=_("One line is enough."),
        error_messages={"required": _("Give it a title: one line is enough.")},
    )
    happened_on = forms.DateField(
        label=_("When was it?"),
        widget=DayInput,
        error_messages={"required": _("Choose the day, or the first day if it took longer.")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of task was it?"),
        choices=[("", _("I leave this open")), *Experience.Kind.choices],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("A work task is work that had to be done; a learning task is one that you chose to learn from."),
    )
    placement = forms.ModelChoiceField(label=_("Where was it?"), queryset=Placement.objects.none(), required=False)
    competencies = forms.ModelMultipleChoiceField(
        label=_("Which competencies does it belong to?"),
        queryset=Competency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    targets = forms.ModelMultipleChoiceField(
        label=_("Does it belong to a goal or a profile?"),
        queryset=Shareable.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "It is linked, not copied. Whoever reads the goal or profile does not read this experience by that."
        ),
    )

    def __init__(self, *args: Any, portfolio: Portfolio, experience: Experience | None = None, **kwargs: Any) -> None:
        """`experience` is what is changed; its links to an earlier version of the framework can stay."""
        super().__init__(*args, **kwargs)
        key = experience.pk if experience else None
        places = Placement.objects.filter(person=portfolio.owner_id).select_related("department", "organisation")
        self.fields["placement"].queryset = places.only(*PLACE).order_by("-starts_on")
        self.fields["placement"].empty_label = _("I leave this open")
        chosen = Experience.competencies.through.objects.filter(experience=key, competency=OuterRef("pk"))
        shown = ("names", "group", "version__number")  # of the version not the JSON that it was published from
        competencies = Competency.objects.annotate(chosen=Exists(chosen)).select_related("version").only(*shown)
        offered = competencies.filter(Q(version=portfolio.framework_version_id) | Q(chosen=True))
        self.fields["competencies"].queryset = offered.order_by("-version__number", "position")
        self.fields["competencies"].choices = _under_headings(
            self.fields["competencies"].queryset, portfolio.framework_version_id
        )
        self.fields["targets"].queryset = _targets(portfolio.owner_id, key)
        self.fields["targets"].choices = _by_kind(self.fields["targets"].queryset)
        if experience:
            self.initial |= self._of(experience)
        for name, (label, hint) in STARR.items():
            self.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                max_length=10_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean_happened_on(self) -> datetime.date:
        return past(self.cleaned_data["happened_on"])

    @property
    def started_from(self) -> int:
        return self.cleaned_data["version"] or 0

    def content(self) -> Content:
        data = self.cleaned_data
        return Content(**{name: data[name] for name in Content.__dataclass_fields__})

    def _of(self, item: Experience) -> dict[str, Any]:
        """What the form shows of this experience; what is chosen was read with the choices."""
        names = ("title", "happened_on", "kind", "version", *STARR)
        many = ("competencies", "targets")
        chosen = {name: [one.pk for one in self.fields[name].queryset if one.chosen] for name in many}
        return {name: getattr(item, name) for name in names} | {"placement": item.placement_id} | chosen

    @property
    def starr(self) -> list[forms.BoundField]:
        return [self[name] for name in STARR]
