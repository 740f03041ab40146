"""The life of a survey until it closes (surveys.md Q2): set up, invite, announce, remind, count."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portal import audit, celery, outbox, reminders, today
from portal.codes import new_code
from portal.editing import EditedElsewhere
from portal.models import OutboxRow, User
from portal.models.outbox import State as Sending
from portal.outbox import Due
from surveys.models import Answer, Invitation, Survey
from surveys.models.waves import State
from surveys.rules import named
from surveys.rules import waves as rules
from surveys.rules.waves import FILL_IN, INVITATION, REMINDER

NINE = datetime.time(9)
BATCH = 500
# fmt: off
SAME_IN_A_SERIES = (
    "organisation_id", "version_id", "titles", "series", "minimum", "breakdown", "audience", "is_named", "is_demo",
)
# fmt: on


class NotNow(Exception):
    """This step cannot be taken in this state of the survey."""


def _locked(survey: Survey) -> Survey:
    return (
        Survey.objects.select_for_update(of=("self",))
        .select_related("organisation__sector", "version")
        .get(pk=survey.pk)
    )


def change(survey: Survey, facts: Mapping[str, Any], *, revision: int, at: datetime.datetime) -> None:
    """Titles and days; before it is announced also what is declared then.

    Raises NotNow when it is over, EditedElsewhere when its settings have another revision by now.
    """
    with transaction.atomic():
        found = _locked(survey)
        if found.state(at) in (State.OVER, State.CLOSED):
            raise NotNow
        if found.revision != revision:
            raise EditedElsewhere(found)
        for name, value in facts.items():
            setattr(found, name, value)
        found.revision += 1
        found.save(update_fields=[*facts, "revision"])
    survey.refresh_from_db()


def next_wave(survey: Survey, *, by: User, opens_at: datetime.datetime, closes_at: datetime.datetime) -> Survey:
    """The same questionnaire once more, by the same rules; asked twice while it is a draft, it is one. Raises NotNow
    while this one is not closed."""
    if not survey.closed_at:
        raise NotNow
    with transaction.atomic():
        last = Survey.objects.select_for_update(of=("self",)).filter(series=survey.series).order_by("-wave")[0]
        if last.closed_at is None:
            return last
        same = {name: getattr(last, name) for name in SAME_IN_A_SERIES}
        code = new_code() if last.open_code else ""
        term = {"opens_at": opens_at, "closes_at": closes_at}
        return Survey.objects.create(owner=by, wave=last.wave + 1, open_code=code, **term, **same)


# --- Inviting -------------------------------------------------------------------------------


def invite(survey: Survey, people: Iterable[User], *, group: str, unit: str = "", at: datetime.datetime) -> int:
    """Ask these people as members of this group; who is invited already stays as they are. How many are new.

    Raises NotNow when it is over, ValueError for a group or unit that the survey does not have.
    """
    return _invite(survey, {person.pk: "" for person in people}, group=group, unit=unit, at=at)


def invite_addresses(
    survey: Survey, addresses: Collection[str], *, group: str, unit: str = "", at: datetime.datetime
) -> int:
    """As `invite`. Who has no account becomes a guest: an address, and nothing else. A named survey has no guests:
    ValueError for an address of nobody in the organisation."""
    wanted = {address.strip().lower() for address in addresses}
    if survey.is_named:
        here = named.people_here(survey.organisation, wanted, timezone.localdate(at))
        if wanted - here.keys():
            raise ValueError("nobody here with this address")
        return _invite(survey, {pk: address for address, pk in here.items()}, group=group, unit=unit, at=at)
    with transaction.atomic():
        known = dict(User.objects.filter(email__in=wanted).values_list("email", "pk"))
        known |= dict(EmailAddress.objects.filter(email__in=wanted, verified=True).values_list("email", "user"))
        guests = [User(email=address, is_guest=True) for address in sorted(wanted - known.keys())]
        for guest in guests:
            guest.set_unusable_password()
        User.objects.bulk_create(guests, batch_size=BATCH)
        known |= {guest.email: guest.pk for guest in guests}
        return _invite(survey, {pk: address for address, pk in known.items()}, group=group, unit=unit, at=at)


def _invite(survey: Survey, people: Mapping[int, str], *, group: str, unit: str, at: datetime.datetime) -> int:
    if not rules.is_group(survey, group, unit):
        raise ValueError("no such group or unit")
    with transaction.atomic():
        found = _locked(survey)
        if not rules.may_invite(found, at):
            raise NotNow
        there = set(found.invitations.filter(person__in=people).values_list("person", flat=True))
        new = [
            Invitation(survey=found, person_id=pk, address=address, group=group, unit=unit)
            for pk, address in people.items()
            if pk not in there
        ]
        Invitation.objects.bulk_create(new, batch_size=BATCH)
        if found.launched_at:
            transaction.on_commit(_ring, robust=True)
    return len(new)


def withdraw(invitation: Invitation, *, at: datetime.datetime) -> None:
    """Take somebody off the list, before anything was sent. Raises NotNow after it."""
    with transaction.atomic():
        if not _locked(invitation.survey).invitations.filter(pk=invitation.pk, is_sent=False).delete()[0]:
            raise NotNow


# --- Announcing and reminding ---------------------------------------------------------------


def launch(survey: Survey, *, by: User, at: datetime.datetime) -> None:
    """Announce it: what was declared stays as it is, and invitations leave when it opens. Raises NotNow."""
    with transaction.atomic():
        found = _locked(survey)
        if not rules.may_launch(found, at):
            raise NotNow
        found.launched_at, found.revision = at, found.revision + 1  # who is changing it sees that it is announced
        found.save(update_fields=["launched_at", "revision"])
        facts = {"survey": found.code, "version": found.version.code, "minimum": found.minimum}
        facts |= {"is_named": True} if found.is_named else {}
        audit.record(audit.SURVEY_ANNOUNCED, by=by, at=at, facts=facts, chain=found.chain)
        transaction.on_commit(_ring, robust=True)
    survey.refresh_from_db()


def _ring() -> None:
    celery.ring("surveys.tasks.follow")


def send_invitations(*, at: datetime.datetime) -> int:
    """Post those of open surveys that were not sent yet; done twice, it is done once. How many."""
    done = 0
    waiting = Invitation.objects.filter(is_sent=False).values("survey")
    for survey in Survey.objects.accepting(at).filter(pk__in=waiting):
        with transaction.atomic():
            found = _locked(survey)
            rows = list(found.invitations.filter(is_sent=False).select_related("person").order_by("pk")[:5000])
            _post(found, rows, at)
            done += found.invitations.filter(pk__in=[row.pk for row in rows]).update(is_sent=True)
    return done


def _post(survey: Survey, rows: list[Invitation], at: datetime.datetime) -> None:
    outbox.post_all(
        INVITATION, [Due(row.person, f"{INVITATION} {row.code}", at, {"invitation": row.code}) for row in rows]
    )
    mine = [row for row in rows if not row.person.is_guest]
    kind, page = (named.FILL_IN, "surveys:named") if survey.is_named else (FILL_IN, "surveys:invited")
    asked = [today.Asked(row.person, row.code, (page, row.code), {"survey": survey.code}) for row in mine]
    today.ask_all(kind, asked, at=at)


def send_reminders(*, at: datetime.datetime) -> int:
    """Post a row for everybody who was invited, whether they answered or not: whether there is something to mail is
    asked when it leaves, and cannot be seen afterwards (docs/surveys.md). How many surveys."""
    done = 0
    for survey in Survey.objects.accepting(at).exclude(remind_on=[]).select_related("organisation__sector"):
        day = _reminder_due(survey, at)
        if day is None:
            continue
        moment = reminders.instant(day, NINE, survey.zone)
        with transaction.atomic():
            found = _locked(survey)
            rows = found.invitations.filter(is_sent=True).select_related("person").order_by("pk")
            dues = [
                Due(row.person, f"{REMINDER} {row.code} {day}", moment, {"invitation": row.code}, about=found.code)
                for row in rows
            ]
            outbox.post_all(REMINDER, dues)
            Survey.objects.filter(pk=found.pk).update(reminded_on=day)
        done += 1
    return done


def _reminder_due(survey: Survey, at: datetime.datetime) -> datetime.date | None:
    """The last day of those chosen that came, when it was not posted yet."""
    days = [datetime.date.fromisoformat(text) for text in survey.remind_on]
    came = [day for day in days if reminders.instant(day, NINE, survey.zone) <= at]
    last = max(came, default=None)
    return last if last and (survey.reminded_on is None or survey.reminded_on < last) else None


def note_undeliverable(survey: Survey) -> None:
    """Invitations that the mail server refused for good do not count as delivered."""
    dead = OutboxRow.objects.filter(kind=INVITATION, state=Sending.DEAD).values_list("args", flat=True)
    codes = [args["invitation"] for args in dead]
    survey.invitations.filter(code__in=codes, is_undeliverable=False).update(is_undeliverable=True)


# --- Counting -------------------------------------------------------------------------------


def count(*, at: datetime.datetime) -> int:
    """Once a day, and from the day after it opened: the answers of each group, rounded down to steps of five. There is
    no figure of all groups together: it less the others would tell a small group. Of a named survey the organiser sees
    who answered, so there is nothing to count. How many surveys."""
    done = 0
    for survey in Survey.objects.accepting(at).filter(is_named=False).select_related("organisation__sector", "version"):
        day = reminders.local_day(at, survey.zone)
        if reminders.local_day(survey.opens_at, survey.zone) >= day or survey.counted_on == day:
            continue
        given = dict(Answer.objects.filter(survey=survey).values_list("group").annotate(number=Count("pk")))
        counts = {one["key"]: rules.rounded(given.get(one["key"], 0)) for one in rules.groups(survey)}
        Survey.objects.filter(pk=survey.pk).exclude(counted_on=day).update(counts=counts, counted_on=day)
        done += 1
    return done
