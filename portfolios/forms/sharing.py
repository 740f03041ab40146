import datetime
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal import terms
from portal.forms.dates import DayInput
from portal.models import Grant, Membership, Relation, Shareable, User
from portal.models.sharing import RIGHTS
from portal.names import check_name
from portal.templatetags.portal_tags import near_day

LONGEST = datetime.timedelta(days=366)
# "quarter" lasts until just after the next three-monthly conversation.
SPANS = {
    "quarter": (datetime.timedelta(days=92), _("three months, until %(day)s")),
    "half": (datetime.timedelta(days=183), _("half a year, until %(day)s")),
    "year": (datetime.timedelta(days=365), _("a year, until %(day)s")),
}
A_DAY = "day"
ALL = "all-"  # before a kind of relation: everybody who is that now
SOMEONE_ELSE = "else"
GROUPS = {
    Relation.Kind.MENTOR: (_("Your mentors"), _("all your mentors")),
    Relation.Kind.PEER_MENTOR: (_("Your peer mentors"), _("all your peer mentors")),
    Relation.Kind.COACH: (_("Your coaches"), _("all your coaches")),
    Relation.Kind.SUPERVISOR: (_("Your supervisors"), _("all your supervisors")),
}


def known_readers(owner: User) -> dict[str, list[User]]:
    """Whom the owner would think of, by relation: who guides and supervises them now; under "" who reads something."""
    found: dict[str, list[User]] = {}
    for relation in Relation.objects.live().filter(person=owner).select_related("other"):
        found.setdefault(relation.kind, []).append(relation.other)
    for placement in owner.placements.live().exclude(supervisor=None).select_related("supervisor"):
        found.setdefault(Relation.Kind.SUPERVISOR, []).append(placement.supervisor)
    guides = {one.pk for people in found.values() for one in people}
    reading = Grant.objects.live(timezone.now()).filter(content_object__owner=owner).values("user")
    found[""] = list(User.objects.filter(pk__in=reading, is_guest=False).exclude(pk__in=guides))
    named = {kind: _sorted(found[kind]) for kind in (*GROUPS, "") if kind in found}
    return {kind: people for kind, people in named.items() if people}


def _sorted(people: list[User]) -> list[User]:
    there = {one.pk: one for one in people if one.is_active}
    return sorted(there.values(), key=lambda one: (one.family_name, one.given_name, one.pk))


class LastDay(forms.Form):
    until = forms.DateField(
        label=_("Until and including"),
        widget=DayInput,
        help_text=_("At most a year ahead. You can end it earlier whenever you want."),
        error_messages={"required": _("Choose the last day on which it may be read.")},
    )

    def clean_until(self) -> datetime.date | None:
        day, today = self.cleaned_data["until"], timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        if day and day > today + LONGEST:
            raise forms.ValidationError(_("At most a year ahead. You can always extend it later."))
        return day


class TermForm(LastDay):
    """A span, or another last day; `until` is that day in the end."""

    term = forms.ChoiceField(label=_("For how long?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        spans = [(key, words % {"day": near_day(today + span)}) for key, (span, words) in SPANS.items()]
        self.fields["term"].choices = [*spans, (A_DAY, _("until another day"))]
        self.fields["until"].required = False
        self.fields["until"].label = _("Another last day")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        term = data.get("term") or A_DAY
        if term in SPANS:
            data["until"] = timezone.localdate() + SPANS[term][0]
            self.errors.pop("until", None)  # what stands in a field that was not chosen is not asked
        elif not data.get("until") and "until" not in self.errors:
            self.add_error("until", LastDay.base_fields["until"].error_messages["required"])
        return data


class PiecesForm(TermForm):
    """What is shared, what for and for how long; with whom is asked by the forms made of it."""

    what = forms.MultipleChoiceField(
        label=_("What do you share?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )
    purpose = forms.ChoiceField(label=_("What for?"), choices=Grant.Purpose.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, owner: User, shareables: Iterable[Shareable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.shareables = {one.code: one for one in shareables}
        self.fields["what"].choices = [(code, str(one)) for code, one in self.shareables.items()]

    @property
    def chosen(self) -> list[Shareable]:
        return [self.shareables[code] for code in self.cleaned_data["what"]]


class LinkForm(PiecesForm):
    """With somebody without an account, by a link that is mailed to them."""

    name = forms.CharField(
        label=_("Who is it?"),
        max_length=80,
        help_text=_("The name under which you find this person back here."),
        error_messages={"required": _("Give a name, so that you see later who read it.")},
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("The link goes there, and each time they open it a code too."),
        error_messages={
            "required": _("Fill in where the link goes."),
            "invalid": _("This does not look like an e-mail address. Check for a typing error."),
        },
    )
    field_order = ["what", "name", "email", "purpose", "term", "until"]

    def clean_name(self) -> str:
        check_name(self.cleaned_data["name"])
        return self.cleaned_data["name"]

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        mine = EmailAddress.objects.filter(user=self.owner).values_list("email", flat=True)
        if address in {self.owner.email, *(one.lower() for one in mine)}:
            raise forms.ValidationError(_("This is your own address. You can always see your own portfolio."))
        return address


class ShareForm(PiecesForm):
    """With people who have an account; several at once are so many acts of sharing."""

    who = forms.MultipleChoiceField(
        label=_("With whom?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose with whom you share.")},
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Only for somebody else of your organisation."),
        required=False,
        error_messages={"invalid": _("This does not look like an e-mail address. Check for a typing error.")},
    )
    right = forms.ChoiceField(
        label=_("What may they do?"),
        choices=list(RIGHTS.items()),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Comments are seen by who wrote them and by you, and by nobody else."),
    )
    field_order = ["what", "who", "email", "right", "purpose", "term", "until"]

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, owner=owner, **kwargs)
        self.known = known_readers(owner)
        self.people = {one.code: one for people in self.known.values() for one in people}
        groups = [(self._heading(kind), self._choices(kind, people)) for kind, people in self.known.items()]
        other = (SOMEONE_ELSE, _("Somebody else of my organisation"))
        self.fields["who"].choices = [*groups, (_("Somebody else"), [other])] if groups else [other]

    @staticmethod
    def _heading(kind: str) -> Any:
        return GROUPS[Relation.Kind(kind)][0] if kind else _("Who already reads something")

    @staticmethod
    def _choices(kind: str, people: list[User]) -> list[tuple[str, Any]]:
        named: list[tuple[str, Any]] = [(one.code, one.full_name) for one in people]
        if kind and len(people) > 1:
            named.append((f"{ALL}{kind}", GROUPS[Relation.Kind(kind)][1]))
        return named

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["right"] = data.get("right") or "read"
        who, email = data.get("who") or [], (data.get("email") or "").lower()
        found = [self.people[code] for code in who if code in self.people]
        for kind, people in self.known.items():
            found += people if f"{ALL}{kind}" in who else []
        if SOMEONE_ELSE in who and email:
            found += [one for one in [self._colleague(email)] if one]
        elif SOMEONE_ELSE in who and "email" not in self.errors:
            self.add_error("email", _("Fill in the address that this person uses here."))
        elif who and email:
            self.add_error("email", _("To share with this address too, tick “Somebody else of my organisation”."))
        data["readers"] = list({one.pk: one for one in found}.values())
        return data

    def _colleague(self, email: str) -> User | None:
        mine = Membership.objects.live().filter(person=self.owner).values("organisation")
        colleagues = Membership.objects.live().filter(organisation__in=mine).values("person")
        others = User.objects.filter(email=email, is_active=True).exclude(pk=self.owner.pk)
        found = others.filter(pk__in=colleagues).first()
        if not found:
            self.add_error(
                "email",
                _(
                    "We find no colleague with this address in your organisations. "
                    "Check the address, or ask which one they use here."
                ),
            )
        return found

    @cached_property
    def crossings(self) -> list[dict[str, Any]]:
        """Each reader with the last day that holds for them: a supervisor reads until after the placement."""
        readers, is_supervision = (
            self.cleaned_data["readers"],
            self.cleaned_data["purpose"] == Grant.Purpose.SUPERVISION,
        )
        places = terms.placements_with(self.owner, readers, timezone.localdate()) if is_supervision else {}
        rows = []
        for reader in readers:
            until, placement = self.cleaned_data["until"], places.get(reader.pk)
            if placement and placement.last_on:
                until = min(until, placement.last_on + terms.grace(placement))
            rows.append({"reader": reader, "until": until, "placement": placement})
        return rows
