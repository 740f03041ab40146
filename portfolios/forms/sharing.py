import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Grant, Membership, Relation, Shareable, User

LONGEST = datetime.timedelta(days=366)
USUAL = datetime.timedelta(days=92)  # until just after the next three-monthly conversation


def end_of(day: datetime.date) -> datetime.datetime:
    """The first moment after this local day: "until and including 3 March"."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))


def known_readers(owner: User) -> list[User]:
    """Whom the owner would think of: who guides them now, supervises them now, or reads something now."""
    guides = Relation.objects.live().filter(person=owner).values("other")
    supervisors = owner.placements.live().exclude(supervisor=None).values("supervisor")
    reading = Grant.objects.live(timezone.now()).filter(content_object__owner=owner).values("user")
    # One union: an OR of three would walk over all people.
    known = User.objects.filter(pk__in=guides.union(supervisors, reading, all=True), is_active=True)
    return list(known.exclude(pk=owner.pk).order_by("family_name", "given_name"))


class LastDay(forms.Form):
    until = forms.DateField(
        label=_("Until and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year ahead. You can end it earlier whenever you want."),
        error_messages={"required": _("Choose the last day on which it may be read.")},
    )

    def clean_until(self) -> datetime.date:
        day, today = self.cleaned_data["until"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        if day > today + LONGEST:
            raise forms.ValidationError(_("At most a year ahead. You can always extend it later."))
        return day


SOMEONE_ELSE = "else"


class ShareForm(LastDay):
    what = forms.MultipleChoiceField(
        label=_("What do you share?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )
    who = forms.ChoiceField(
        label=_("With whom?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose with whom you share.")},
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("Only for somebody else of your organisation."),
        required=False,
        error_messages={"invalid": _("This does not look like an e-mail address. Check for a typing error.")},
    )
    purpose = forms.ChoiceField(label=_("What for?"), choices=Grant.Purpose.choices, widget=forms.RadioSelect)
    field_order = ["what", "who", "email", "purpose", "until"]

    def __init__(self, *args: Any, owner: User, shareables: Iterable[Shareable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.shareables = {one.code: one for one in shareables}
        self.known = {person.code: person for person in known_readers(owner)}
        self.fields["what"].choices = [(code, str(one)) for code, one in self.shareables.items()]
        people = [(code, person.full_name) for code, person in self.known.items()]
        self.fields["who"].choices = [*people, (SOMEONE_ELSE, _("Somebody else of my organisation"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        who, email = data.get("who"), (data.get("email") or "").lower()
        if who == SOMEONE_ELSE and email:
            data["reader"] = self._colleague(email)
        elif who == SOMEONE_ELSE and "email" not in self.errors:
            self.add_error("email", _("Fill in the address that this person uses here."))
        elif who and email:
            self.add_error("email", _("Choose one person: from the list, or by e-mail address."))
        elif who:
            data["reader"] = self.known.get(who)
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

    @property
    def chosen(self) -> list[Shareable]:
        return [self.shareables[code] for code in self.cleaned_data["what"]]
