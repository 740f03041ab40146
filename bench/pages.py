"""Pages of the portal against the floor page: in milliseconds, queries and bytes, small and large."""

import gzip
import logging
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from bench import floor
from bench.measure import Row, interleaved
from events.models import RoomRole
from mentoring.models import Conversation
from portal import scale
from portal.models import Grant, Membership, Role, User
from portfolios.models import Experience, Section
from selection.models import Sheet
from surveys.actions import answers
from surveys.actions.results import begin
from surveys.models import Invitation, Survey
from surveys.views.filling import cookie_name

MUST, AIM, MOST_QUERIES = 2.5, 1.5, 12


def run(*, trainees: int, items: int, rounds: int) -> list[Row]:
    logging.disable(logging.CRITICAL)
    call_command("load_data", verbosity=0)
    made = scale.Scale(trainees, items, timezone.now(), seed=trainees)
    scale.build(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    owner, reader = _pair(made)
    works, sizes = _requests(made, owner, reader)
    times = interleaved({name: work for name, (work, _queries) in works.items()}, rounds=rounds)
    rows = []
    for name, (_work, queries) in works.items():
        facts = {"queries": queries, "kB": sizes[name]}
        limits: dict[str, Any] = {} if name == "floor" else {"must": MUST, "aim": AIM}
        rows.append(Row(name, times[name], times[name] / times["floor"], facts=facts, **limits))
    return rows


def _pair(made: scale.Scale) -> tuple[User, User]:
    """A trainee in the middle, and the mentor who reads something of theirs now."""
    for pk in made.people[len(made.people) // 2 :]:
        grant = Grant.objects.live(made.at).filter(content_object__owner=pk, content_object__kind="section").first()
        if grant:
            return User.objects.get(pk=pk), grant.user
    raise RuntimeError("nobody shares anything: more trainees are needed")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    request = SimpleNamespace(session=client.session)
    record_authentication(request, person, "mfa", type="totp")
    request.session.save()
    return client


def _requests(made: scale.Scale, owner: User, reader: User) -> tuple[dict[str, Any], dict[str, float]]:
    section = Section.objects.filter(portfolio=owner.pk, key="experiences").get()
    item = Experience.objects.filter(section=section).select_related("shareable").first()
    assert item is not None
    mine, theirs = signed_in(owner), signed_in(reader)
    levels = Section.objects.filter(portfolio=owner.pk, key="competencies").get()
    long = signed_in(User.objects.get(pk=made.people[0]))  # with thousands of experiences (portfolios/scale.py)
    full = Section.objects.filter(portfolio=made.people[0], key="experiences").get()
    sheet = Sheet.objects.filter(member__role="chair").select_related("member__person", "candidate__procedure").last()
    talk = Conversation.objects.filter(track__relation__person=owner).select_related("shareable").last()
    assert sheet is not None and talk is not None
    rater = signed_in(sheet.member.person)
    role = RoomRole.objects.select_related("room__event", "person").order_by("pk")[0]
    event, room = role.room.event, role.room
    invited, organiser = _survey()
    results = _results(invited)
    with override_settings(MIDDLEWARE=floor.MIDDLEWARE):
        bare = signed_in(owner)
        bare.get(reverse("floor", args=[section.code]))  # the handler keeps the middlewares that it began with
    pages = {
        "floor": (bare, reverse("floor", args=[section.code])),
        "today": (mine, reverse("home")),
        "portfolio": (mine, reverse("portfolios:portfolio")),
        "section": (mine, reverse("portfolios:section", args=[section.code])),
        "item": (mine, reverse("portfolios:experience", args=[item.code])),
        "item, the form": (mine, reverse("portfolios:experience_edit", args=[item.code])),
        "growth": (mine, reverse("portfolios:section", args=[levels.code])),
        "timeline": (mine, reverse("portfolios:timeline")),
        "portfolio of thousands": (long, reverse("portfolios:portfolio")),
        "section of thousands": (long, reverse("portfolios:section", args=[full.code])),
        "timeline of thousands": (long, reverse("portfolios:timeline")),
        "timeline of thousands, words": (long, reverse("portfolios:timeline") + "?q=moment"),
        "sharing centre": (mine, reverse("portfolios:sharing")),
        "search": (mine, reverse("search") + "?q=ervaring"),
        "section, a reader": (theirs, reverse("portfolios:section", args=[section.code])),
        "shared with me": (theirs, reverse("portfolios:shared_with_me")),
        "conversation": (mine, reverse("mentoring:conversation", args=[talk.shareable.code])),
        "my mentees": (theirs, reverse("mentoring:mentees")),
        "committee desk": (rater, reverse("selection:procedure", args=[sheet.candidate.procedure.code])),
        "STAR sheet": (rater, reverse("selection:question", args=[sheet.code, 1])),
        "meet-ups": (mine, reverse("events:events")),
        "event": (mine, reverse("events:event", args=[event.code])),
        "fill in a survey": (_respondent(invited), reverse("surveys:fill", args=[invited.survey.code])),
        "survey, organiser": (signed_in(organiser), reverse("surveys:survey", args=[invited.survey.code])),
        "results": (theirs, reverse("surveys:results", args=[results.code])),
        "results, one part": (theirs, reverse("surveys:results_section", args=[results.code, _part(results)])),
        "notes of a room": (signed_in(role.person), reverse("events:notes", args=[event.code, room.code])),
    }
    works, sizes = {}, {}
    for name, (client, path) in pages.items():
        client.get(path)  # a reading is noted once a quarter of an hour
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code}")
        sizes[name] = round(len(gzip.compress(answer.content)) / 1000, 1)
        works[name] = (_getting(client, path), len(asked))
    return works, sizes


def _survey() -> tuple[Invitation, User]:
    """Somebody who is asked now, and who organises it."""
    waiting = Invitation.objects.filter(survey__closed_at=None, is_spent=False)
    invited = waiting.select_related("survey__version").order_by("pk")[0]
    maker = Membership.objects.live().filter(organisation=invited.survey.organisation_id, role=Role.ORGANISER)
    return invited, maker.select_related("person")[0].person


def _results(invited: Invitation) -> Survey:
    """The results of the wave before, for everybody."""
    closed = Survey.objects.whole().filter(organisation=invited.survey.organisation_id, closed_at__isnull=False)
    survey = closed.order_by("-closes_at")[0]
    begin(survey, at=timezone.now())
    Survey.objects.filter(pk=survey.pk).update(audience=Survey.Audience.EVERYBODY)
    return survey


def _part(survey: Survey) -> str:
    return str(survey.document["sections"][0]["key"])


def _respondent(invited: Invitation) -> Client:
    """A browser that has the ballot, as after the button of the invitation."""
    client = Client()
    client.cookies[cookie_name(invited.survey)] = answers.exchange(invited, at=timezone.now())
    return client


def _getting(client: Client, path: str) -> Any:
    return lambda: client.get(path)
