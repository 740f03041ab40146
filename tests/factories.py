"""Rows for tests: few, plain, nothing surprising. A name is a role in a story, not a fixture to share."""

import datetime
import itertools
import json
from typing import Any

from allauth.account.models import EmailAddress
from django.http import QueryDict
from django.utils import timezone

from events.actions import notes, reports
from events.models import Event, Note, Report, Room, RoomRole, Series
from portal import documents, jobs, sharing
from portal.models import Document, Grant, Job, Membership, Organisation, Relation, Role, Sector, Shareable, User
from portfolios.actions import experiences, plan, profile_sets, profiles, sections
from portfolios.documents import DATA
from portfolios.models import (
    Competency,
    Experience,
    Framework,
    FrameworkVersion,
    Goal,
    Portfolio,
    Profile,
    Section,
    SectionTemplate,
)

LEVELS = [
    {"key": str(number), "names": {"nl": nl, "en": en}}
    for number, nl, en in ((1, "Kijkt mee", "Observes"), (2, "Met hulp", "With help"), (3, "Zelf", "Alone"))
]
_number = itertools.count(1)
DAY = datetime.timedelta(days=1)


def person(given_name: str = "", *, family_name: str = "Proef", **fields: Any) -> User:
    number = next(_number)
    given_name = given_name or f"Persoon{number}"
    email = fields.pop("email", f"{given_name.lower()}.{number}@example.org")
    new = User.objects.create_user(email, given_name=given_name, family_name=family_name, **fields)
    EmailAddress.objects.create(user=new, email=new.email, verified=True, primary=True)
    return new


def organisation(
    name: str = "", *, kind: str = "hospital", parent: Organisation | None = None, **fields: Any
) -> Organisation:
    sector, _ = Sector.objects.get_or_create(
        key="medical-nl", defaults={"names": {"nl": "Medisch", "en": "Medical"}, "country": "NL"}
    )
    return Organisation.objects.create(
        name=name or f"Organisatie {next(_number)}", kind=kind, sector=sector, parent=parent, **fields
    )


def member(who: User, of: Organisation, role: str = Role.MEMBER, **fields: Any) -> Membership:
    fields.setdefault("starts_on", timezone.localdate() - 30 * DAY)
    return Membership.objects.create(person=who, organisation=of, role=role, **fields)


def relation(who: User, other: User, kind: str = Relation.Kind.MENTOR, **fields: Any) -> Relation:
    fields.setdefault("starts_on", timezone.localdate() - 30 * DAY)
    return Relation.objects.create(person=who, other=other, kind=kind, **fields)


def standards() -> None:
    """The two things that a portfolio is opened with, as small as they can be."""
    if SectionTemplate.objects.exists():
        return
    framework = Framework.objects.create(key=sections.DEFAULT_FRAMEWORK, names={"nl": "Arts", "en": "Physician"})
    version = FrameworkVersion.objects.create(
        framework=framework,
        number=1,
        digest="0" * 64,
        source={},
        levels=LEVELS,
        size=2,
        published_at=timezone.now(),
    )
    for position, (key, nl, en) in enumerate(
        [("together", "Samenwerken", "Collaborating"), ("words", "Communiceren", "Communicating")]
    ):
        Competency.objects.create(version=version, key=key, names={"nl": nl, "en": en}, position=position)
    titles = [
        ("about", "Over mij", "About me", False),
        ("experiences", "Ervaringen", "Experiences", True),
        ("plan", "Ontwikkelplan", "Development plan", True),
        ("swot", "SWOT", "SWOT", False),
        ("competencies", "Competenties", "Competencies", False),
    ]
    SectionTemplate.objects.create(
        number=1,
        digest="0" * 64,
        published_at=timezone.now(),
        sections=[
            {"key": k, "names": {"nl": nl, "en": en}, "about": {}, "holds_items": items} for k, nl, en, items in titles
        ],
    )


def portfolio(owner: User | None = None) -> Portfolio:
    standards()
    return sections.open_portfolio(owner or person(), framework_key=sections.DEFAULT_FRAMEWORK)


def section(of: Portfolio, key: str = "experiences", *, text: str = "") -> Section:
    if text:
        Section.objects.filter(portfolio=of, key=key).update(text=text)
    return Section.objects.select_related("shareable__owner").get(portfolio=of, key=key)


def experience(owner: User, title: str = "", *, into: Section | None = None, **fields: Any) -> Experience:
    fields.setdefault("happened_on", timezone.localdate())
    new = experiences.create(experiences.Content(title=title or f"Ervaring {next(_number)}", **fields), by=owner)
    if into:
        experiences.place(new, section=into, by=owner)
    return Experience.objects.select_related("shareable__owner", "section__shareable").get(pk=new.pk)


def goal(of: Portfolio, what: str = "", **fields: Any) -> Goal:
    """Planned, in the development plan."""
    new = plan.create(section(of, "plan"), plan.Content(what=what or f"Doel {next(_number)}", **fields), by=of.owner)
    return Goal.objects.whole().get(pk=new.pk)


def standard_section(of: Portfolio, key: str) -> Section:
    """Of the shipped template; added when the small template of these tests has none."""
    if place := Section.objects.in_order().filter(portfolio=of, key=key).first():
        return place
    rows = json.loads((DATA / "sections" / "template.2.json").read_text(encoding="utf-8"))["sections"]
    standard = next(one for one in rows if one["key"] == key)
    return sections.add_standard(of, position=90, at=timezone.now(), standard=standard)


def profile(of: Portfolio, key: str = "research") -> Profile:
    """Chosen, in the section of profiles."""
    profile_sets.publish(json.loads((DATA / "profiles" / "profiles.1.json").read_text(encoding="utf-8")))
    return profiles.choose(standard_section(of, "profiles"), key, by=of.owner)


def grant(
    piece: Any, reader: User, *, right: str = sharing.READ, until: datetime.datetime | None = None, **fields: Any
) -> Grant:
    """A live share of a Shareable, or of what stands behind one."""
    shareable = piece if isinstance(piece, Shareable) else piece.shareable
    until = until or timezone.now() + 30 * DAY
    return sharing.share(
        shareable, by=shareable.owner, reader=reader, right=right, purpose=Grant.Purpose.GUIDANCE, until=until, **fields
    )


def expired_grant(piece: Any, reader: User) -> Grant:
    """A share that ended by itself an hour ago: never marked withdrawn."""
    now = timezone.now()
    return grant(piece, reader, at=now - 2 * DAY, until=now - DAY / 24)


def withdrawn_grant(piece: Any, reader: User) -> Grant:
    row = grant(piece, reader)
    sharing.withdraw(Grant.objects.filter(pk=row.pk), by=row.content_object.owner)
    row.refresh_from_db()
    return row


def job(owner: User, **args: str) -> Job:
    return jobs.start("style-bundle", by=owner, args=args)


def document(owner: User | None = None, body: bytes = b"%PDF-1.7 proef", **fields: Any) -> Document:
    given = {"kind": "proof", "title": "Verslag van één dag", "language": "nl", "at": timezone.now()} | fields
    return documents.freeze(body, owner=owner, **given)


def ready_job(owner: User, **fields: Any) -> Job:
    """Made, with a result that is the job's own."""
    made = job(owner, number=str(next(_number)))
    result = document(owner, kind="job", about=made.code, is_temporary=True, **fields)
    now = timezone.now()
    Job.objects.filter(pk=made.pk).update(
        state="ready", result=result, attempts=1, started_at=now, finished_at=now, expires_at=now + jobs.KEPT
    )
    return Job.objects.get(pk=made.pk)


def room(organiser: User | None = None, *writers: User, event: Event | None = None, **fields: Any) -> Room:
    """A room of a meet-up that is going on now; `organiser` runs the series, `writers` take notes."""
    event = event or meetup(organiser)
    new = Room.objects.create(event=event, number=next(_number), **{"title": "Stages beter begeleiden"} | fields)
    for one in writers:
        RoomRole.objects.create(room=new, person=one)
    return new


def meetup(organiser: User | None = None, **fields: Any) -> Event:
    """Announced, and under way for the last hour."""
    series = fields.pop("series", None)
    if series is None:
        owner = organisation("Vereniging Proef", kind="association")
        series = Series.objects.create(title="Reeks van proef", organisation=owner)
    if organiser:
        member(organiser, series.organisation, Role.ORGANISER)
    now = timezone.now()
    term = {"starts_at": now - DAY / 24, "ends_at": now + DAY / 24}
    given = {"title": "Een bijeenkomst", "number": next(_number), "state": Event.State.PUBLISHED} | term | fields
    return Event.objects.create(series=series, **given)


def note(where: Room, by: User, text: str, *, section: str = "discussed", at: datetime.datetime | None = None) -> Note:
    """Written after what stands there now."""
    there = Note.objects.filter(room=where, section=section).first() or Note()
    sent = QueryDict(mutable=True)
    base = json.dumps({"text": there.text})
    sent.update({"text": text, "autosave_base": base, "autosave_revision": str(there.version)})
    return notes.save(where, section, typed=sent, by=by, at=at or timezone.now()).note


def report(where: Room, by: User, *, state: str = "draft", at: datetime.datetime | None = None, **texts: str) -> Report:
    """As far as `state`; a published one with its document."""
    at = at or timezone.now()
    new = reports.compose(where, by=by, reason="Er stond een fout in.")
    reports.write(new, {"conclusions": "Samen opleiden.", **texts}, version=new.version, by=by)
    if state == Report.State.CORRECTION:
        reports.send_to_rapporteurs(new, by=by, at=at)
    if state in (Report.State.APPROVED, Report.State.PUBLISHED):
        reports.approve(new, by=by, at=at)
    if state == Report.State.PUBLISHED:
        reports.publish(new, by=by, at=at)
    return Report.objects.whole().get(pk=new.pk)
