import copy
import datetime
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.forms.dates import DayInput, MomentInput
from portal.models import Organisation, Role, User
from surveys.forms.groups import GroupForm
from surveys.models import QuestionnaireVersion, Survey
from surveys.models.questionnaires import Questionnaire
from surveys.models.waves import K
from surveys.rules.named import asks_guests, people_here

LANGUAGES = ("nl", "en")
MOST_ADDRESSES = 2000
MOST_UNITS = 100
AS_THEY_ARE = ("opens_at", "closes_at", "minimum", "audience", "is_named", "revision")
TITLE_MISSING = {"required": gettext_lazy("Give the survey a name in both languages.")}


class WhenField(forms.DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        words = {"required": gettext_lazy("Say when."), "invalid": gettext_lazy("Write a day and a time.")}
        super().__init__(widget=MomentInput, error_messages=words, **kwargs)


def _day(label: Any) -> forms.DateField:
    words = {"invalid": gettext_lazy("Write a day, like 2027-03-31.")}
    return forms.DateField(label=label, required=False, widget=DayInput, error_messages=words)


class SurveyForm(forms.Form):
    """What is asked of whom and when. Once it is announced, only names, the end and the reminders change."""

    DECLARED = (
        "version",
        "is_named",
        "opens_at",
        "minimum",
        "audience",
        "has_open_code",
        "unit_nl",
        "unit_en",
        "units",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Organisation"))
    version = forms.ModelChoiceField(
        QuestionnaireVersion.objects.none(),
        label=gettext_lazy("Questionnaire"),
        error_messages={"required": gettext_lazy("Choose what is asked.")},
    )
    is_named = forms.BooleanField(
        label=gettext_lazy("With names"),
        help_text=gettext_lazy(
            "You read what each person answered, and so do the organisers and coordinators here. Each person is told "
            "so before typing anything, and sees who looked. After announcing it stays as it is."
        ),
        required=False,
    )
    title_nl = forms.CharField(label=gettext_lazy("Name in Dutch"), max_length=120, error_messages=TITLE_MISSING)
    title_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120, error_messages=TITLE_MISSING)
    opens_at = WhenField(label=gettext_lazy("Opens"))
    closes_at = WhenField(label=gettext_lazy("Closes"))
    remind_1 = _day(gettext_lazy("Reminder on"))
    remind_2 = _day(gettext_lazy("Second reminder on"))
    remind_3 = _day(gettext_lazy("Third reminder on"))
    minimum = forms.IntegerField(
        label=gettext_lazy("Fewest answers of which anything is shown"),
        help_text=gettext_lazy("Five at least. You can raise it until you announce the survey, never lower it."),
        min_value=K,
        max_value=100,
        initial=K,
        error_messages={
            "min_value": gettext_lazy("Five is the least."),
            "invalid": gettext_lazy("Write a whole number."),
        },
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may see the results"), choices=Survey.Audience.choices, widget=forms.RadioSelect
    )
    has_open_code = forms.BooleanField(
        label=gettext_lazy("Anybody with the address may fill it in"),
        help_text=gettext_lazy("Besides who is invited. Somebody can then fill it in more than once. Not with names."),
        required=False,
    )
    unit_nl = forms.CharField(
        label=gettext_lazy("Break results down by, in Dutch"),
        help_text=gettext_lazy("For example: discipline. It is declared now, or never."),
        max_length=80,
        required=False,
    )
    unit_en = forms.CharField(label=gettext_lazy("Break results down by, in English"), max_length=80, required=False)
    units = forms.CharField(
        label=gettext_lazy("Its parts"),
        help_text=gettext_lazy(
            "One a line, Dutch | English. A line that begins with - is a part of the line above it."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
    )

    def __init__(
        self, *args: Any, organisations: list[Organisation], person: User, survey: Survey | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_initial(survey), **kwargs)
        self.survey, self.is_declared = survey, bool(survey and survey.launched_at)
        self.organisations, self.person = organisations, person
        mine = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        self.fields["organisation"].queryset = mine
        seen = Questionnaire.objects.visible_to(person)
        versions = QuestionnaireVersion.objects.filter(questionnaire__in=seen).select_related("questionnaire")
        self.fields["version"].queryset = versions.order_by("questionnaire", "-number")
        if survey or len(organisations) == 1:
            del self.fields["organisation"]
        self.organisation = survey.organisation if survey else organisations[0]
        for name in self.DECLARED if self.is_declared else ():
            del self.fields[name]

    def clean_minimum(self) -> int:
        wanted: int = self.cleaned_data["minimum"]
        if self.survey and wanted < self.survey.minimum:
            text = _("It is %(minimum)s now, and can only be raised.")
            raise forms.ValidationError(text % {"minimum": self.survey.minimum})
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens = self.survey.opens_at if self.is_declared and self.survey else cleaned.get("opens_at")
        closes = cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens."))
        if closes and closes <= timezone.now():
            self.add_error("closes_at", _("That moment is past."))
        version, organisation = cleaned.get("version"), cleaned.get("organisation", self.organisation)
        if version and version.questionnaire.organisation_id not in (None, organisation.pk):
            self.add_error("version", _("This questionnaire is of another organisation."))
        if not self.is_declared:
            self._clean_units(cleaned)
            self._clean_names(cleaned)
        return cleaned

    def _clean_names(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_named"):
            return
        if cleaned.get("has_open_code"):
            text = _("With names there is no open address: nobody would know whose answers they are. Invite people.")
            self.add_error("has_open_code", text)
        if self.survey and asks_guests(self.survey):
            text = _(
                "Some of the invited have no account here, so nobody knows their names. Take them off the list first."
            )
            self.add_error("is_named", text)

    def _clean_units(self, cleaned: dict[str, Any]) -> None:
        lines = [line for line in cleaned.get("units", "").splitlines() if line.strip()]
        if bool(lines) != bool(cleaned.get("unit_nl") and cleaned.get("unit_en")):
            self.add_error("units", _("Give it a name in both languages and at least two parts, or nothing."))
            return
        try:
            cleaned["breakdown"] = _breakdown(cleaned["unit_nl"], cleaned["unit_en"], lines) if lines else {}
        except ValueError as fault:
            self.add_error("units", str(fault))

    def others(self) -> list[tuple[str, str]]:
        """What is kept of the survey, where something else stands in this form: label and words."""
        kept = SurveyForm(organisations=self.organisations, person=self.person, survey=self.survey)
        return _differing(kept, self, [name for name in self.fields if name != "revision"])

    def gone(self) -> list[tuple[str, str]]:
        """What was typed where announcing took the field away, and the survey has something else."""
        if not self.is_declared or "opens_at" not in self.data:
            return []
        before = copy.copy(self.survey)
        before.launched_at = None  # type: ignore[union-attr]  # declared: there is one
        about: dict[str, Any] = {"organisations": self.organisations, "person": self.person, "survey": before}
        return _differing(SurveyForm(self.data, **about), SurveyForm(**about), self.DECLARED)

    def facts(self) -> dict[str, Any]:
        """As the fields of a survey."""
        data = self.cleaned_data
        days = sorted({data[f"remind_{number}"] for number in (1, 2, 3) if data[f"remind_{number}"]})
        found = {
            "titles": {"nl": data["title_nl"], "en": data["title_en"]},
            "closes_at": data["closes_at"],
            "remind_on": [day.isoformat() for day in days],
        }
        if not self.is_declared:
            declared = ("version", "is_named", "opens_at", "minimum", "audience", "breakdown")
            found |= {name: data[name] for name in declared}
        return found


def _differing(one: SurveyForm, other: SurveyForm, names: Iterable[str]) -> list[tuple[str, str]]:
    """Label and words of the one, where the other says something else."""
    both = [(one[name], other[name]) for name in names]
    return [(str(here.label), _words(here)) for here, there in both if _words(here) != _words(there)]


def _words(bound: forms.BoundField) -> str:
    """What stands in a field, as somebody reads it."""
    value, field = bound.value(), bound.field
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        return str({str(key): words for key, words in field.choices}.get(str(value), ""))
    shown = str(field.widget.format_value(field.prepare_value(value)) or "").replace("\r\n", "\n")
    return shown.replace("T", " ") if isinstance(field, WhenField) else shown


def _initial(survey: Survey | None) -> dict[str, Any]:
    if survey is None:
        morning = timezone.localtime().replace(hour=9, minute=0) + datetime.timedelta(days=7)
        term = {"opens_at": morning, "closes_at": morning + datetime.timedelta(days=28)}
        return {**term, "audience": Survey.Audience.ORGANISER, "revision": 1}
    names = survey.breakdown.get("names", {})
    return {
        "version": survey.version_id,
        **{f"title_{language}": survey.titles.get(language, "") for language in LANGUAGES},
        **{name: getattr(survey, name) for name in AS_THEY_ARE},
        **{f"remind_{number}": day for number, day in enumerate(survey.remind_on, 1)},
        **{f"unit_{language}": names.get(language, "") for language in LANGUAGES},
        "has_open_code": bool(survey.open_code),
        "units": "\n".join(
            f"{'- ' if 'parent' in one else ''}{one['names']['nl']} | {one['names']['en']}"
            for one in survey.breakdown.get("units", [])
        ),
    }


def _breakdown(nl: str, en: str, lines: list[str]) -> dict[str, Any]:
    """Raises ValueError with a sentence for the reader."""
    units: list[dict[str, Any]] = []
    parent = ""
    for line in lines:
        is_part, words = line.lstrip().startswith("-"), line.strip().lstrip("-").strip()
        dutch, _bar, english = (part.strip() for part in words.partition("|"))
        key = slugify(dutch)[:36]
        if not english or not key:
            raise ValueError(_("Write each part as Dutch | English. This line is different: %(line)s") % {"line": line})
        key = f"{key}-{len(units)}" if any(one["key"] == key for one in units) else key
        unit: dict[str, Any] = {"key": key, "names": {"nl": dutch, "en": english}}
        if is_part and parent:
            unit["parent"] = parent
        else:
            parent = key
        units.append(unit)
    if not 2 <= len(units) <= MOST_UNITS:
        raise ValueError(_("Two parts at least, and %(most)s at most.") % {"most": MOST_UNITS})
    return {"names": {"nl": nl, "en": en}, "units": units}


class InviteForm(GroupForm):
    """People of one group: by role in the organisation, by address, or both."""

    role = forms.ChoiceField(
        label=gettext_lazy("Everybody with this role in the organisation"),
        choices=[("", gettext_lazy("nobody by role")), *Role.choices],
        required=False,
    )
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        help_text=gettext_lazy("One a line, or with commas between them. No account is needed."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=200_000,
    )

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(survey, *args, **kwargs)
        self.survey = survey
        if "group" in self.fields:
            self.fields["group"].label = _("To which group do they belong?")
        if survey.is_named:
            words = _("One a line, or with commas between them. Only of people in your organisation, who can sign in.")
            self.fields["addresses"].help_text = words

    def clean_addresses(self) -> list[str]:
        found = [one for one in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if one]
        if len(found) > MOST_ADDRESSES:
            raise forms.ValidationError(_("%(most)s addresses at a time, no more.") % {"most": MOST_ADDRESSES})
        for one in found:
            try:
                validate_email(one)
            except forms.ValidationError:
                raise forms.ValidationError(_("This is no address: %(text)s") % {"text": one[:80]}) from None
        if self.survey.is_named:
            self._require_people_here(found)
        return found

    def _require_people_here(self, addresses: list[str]) -> None:
        here = people_here(self.survey.organisation, addresses, timezone.localdate())
        unknown = [one for one in addresses if one.lower() not in here]
        if unknown:
            words = _("Nobody in your organisation has this address, so there is no name to go with it: %(addresses)s")
            raise forms.ValidationError(words % {"addresses": ", ".join(unknown[:20])})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("addresses") and not cleaned.get("role"):
            self.add_error("addresses", _("Choose a role, or write at least one address."))
        return cleaned
