"""A word of its own in every confidential field: who sees which, over the whole site (promises.md).

What is allowed stands here by hand. Who may see nothing, sees nothing; who may see, sees all of it,
so that an empty page never counts as proof.
"""

import logging
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from events.models import Note, NoteRevision
from events.models.reports import TEXTS
from portal import registry, sender
from portal.models import Document, Shareable
from portal.registry import DataClass
from portfolios.models import Comment, Goal, Profile, SupervisionLevel, SwotItem
from surveys.models import NamedAnswer, TextToCheck
from tests import factories
from tests.site import building, pages, walk
from tests.site import names as n
from tests.site.policy import TABLE
from tests.site.rights import OPERATORS
from tests.site.world import World

pytestmark = pytest.mark.django_db

CANARY = re.compile(r"CNRY-([a-z]+\.[a-z]+)-(\d+)-([a-z_]+)")
MOST_PAGES = 2500
# Unsaved; made of what is searched; notes of meet-ups; parts of a conversation; scores;
# answers of nobody; lines of a SWOT.
NOT_SEARCHED = re.compile(
    "portal[.](draft|document|storedfile)|portfolios[.](comment|supervision|swotitem|profileproduct|lesson|certificate)|events[.]|selection[.]|surveys[.]"
    "|mentoring[.](point|agreement|addendum)"
)
# Text fields of confidential models that hold no words of a person, and why.
NO_WORDS = {
    "selection.Answer": {"criterion": "key of a published version"},
    "selection.Candidate": {"code": "random"},
    "portal.Shareable": {"code": "random", "kind": "a choice", "template_titles": "names of a published template"},
    "portal.Document": dict.fromkeys(
        ("code", "kind", "about", "language", "media_type", "sha256", "text_hash", "withdrawal"), "no words"
    ),
    "portal.Draft": {"kind": "a choice", "code": "random"},
    "portal.StoredFile": {"code": "random", "kind": "a media type", "sha256": "a hash", "stored_as": "random"},
    "portfolios.Section": {"key": "of a published template", "about": "explanation from a published template"},
    "portfolios.Comment": {"code": "random"},
    "portfolios.Experience": {"kind": "a choice"},
    "portfolios.SupervisionLevel": dict.fromkeys(
        ("code", "kind", "state", "wanted", "level", "names", "task"), "a choice, words of a framework, or of a roster"
    ),
    "portfolios.Goal": {"state": "a choice"},
    "portfolios.Lesson": {"code": "random", "kind": "a choice"},
    "portfolios.Certificate": {"code": "random"},
    "portfolios.Profile": {"key": "of a published set"},
    "portfolios.ProfileProduct": {"code": "random"},
    "portfolios.SwotItem": {"code": "random", "list": "a choice"},
    "mentoring.Conversation": {"kind": "a choice", "state": "a choice"},
    "surveys.NamedAnswer": {"group": "key of a published version", "unit": "key of a breakdown"},
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# --- Planting -------------------------------------------------------------------------------


def confidential() -> Iterator[tuple[type[models.Model], str]]:
    for data in registry.declared():
        for name in data.confidential:
            yield data.get_model(), name


def canary(row: models.Model, name: str) -> str:
    return f"CNRY-{row._meta.label_lower}-{row.pk}-{name}"


def plant() -> set[str]:
    planted = set()
    for model, name in confidential():
        if model is Document:  # frozen: the world made it with its canary
            planted |= {title for title in Document.objects.values_list(name, flat=True) if CANARY.fullmatch(title)}
            continue
        for row in model._default_manager.all():
            if getattr(row, "is_frozen", False) or canary(row, name) in str(getattr(row, name)):
                # The world made it, with its canary unless it is public.
                planted |= {match[0] for match in CANARY.finditer(str(getattr(row, name)))}
                continue
            is_json = isinstance(row._meta.get_field(name), models.JSONField)
            setattr(row, name, {"text": canary(row, name)} if is_json else canary(row, name))
            row.save(update_fields=[name])
            planted.add(canary(row, name))
    return planted


def of(here: World, *names: str, titles_only: bool = False) -> set[str]:
    """The canaries of these pieces."""
    found = set()
    for name in names:
        places = (here.sections, here.items, here.goals, here.profiles, here.rated)
        row = next(rows[name] for rows in places if name in rows)
        found.add(canary(row.shareable, "title"))
        fields = registry.by_model()[row._meta.label_lower].confidential
        found |= set() if titles_only else {canary(row, field) for field in fields}
        if name in here.files:
            found.add(canary(here.files[name], "name"))
    return found


def said(here: World, *names: str) -> set[str]:
    """The canaries of these conversations: what both wrote, picked and agreed."""
    found = set()
    for name in names:
        talk = here.talks[name]
        found |= {canary(talk, field) for field in ("place", "notes", "report", "response")}
        found |= {canary(talk.shareable, "title")}
        parts = [*talk.points.all(), *talk.agreements.all(), *talk.addenda.all()]
        found |= {canary(one, "text") for one in parts}
    return found


def decided(*, whole: bool) -> set[str]:
    """What was asked and decided about levels; of it a card shows the conditions of what holds."""
    given = SupervisionLevel.objects.filter(state="given")
    holds = {canary(one, field) for one in given for field in ("conditions", "decided_with")}
    rows = SupervisionLevel.objects.all() if whole else ()
    return holds | {canary(one, field) for one in rows for field in ("note", "reason")}


def commented() -> set[str]:
    """All comments there are: of the mentor, and the owner's answers to those."""
    return {canary(one, "text") for one in Comment.objects.all()}


def whole_portfolio(here: World, owner: str) -> set[str]:
    shareables = here.people[owner].shareables.exclude(kind="answers")  # named after the survey, and no page shows it
    sections = here.portfolios[owner].sections.all()
    items = [row for row in here.items.values() if row.shareable.owner_id == here.people[owner].pk]
    found = {canary(one, "title") for one in shareables} | {canary(one, "text") for one in sections}
    mine = [one for one in here.files.values() if one.owner_id == here.people[owner].pk]
    found |= {canary(one, "name") for one in mine}
    found |= {canary(here.drafts[owner], name) for name in ("fields", "base") if owner in here.drafts}
    found |= {job.result.title for job in here.jobs.values() if job.result and job.owner_id == here.people[owner].pk}
    goals = Goal.objects.filter(shareable__owner=here.people[owner])
    found |= {canary(row, name) for row in goals for name in ("why", "how", "reason")}
    found |= {canary(row, "text") for row in SwotItem.objects.filter(section__shareable__owner=here.people[owner])}
    section = here.learned[n.LESSON].section
    if section.shareable.owner_id == here.people[owner].pk:
        found |= {canary(here.learned[n.LESSON], name) for name in ("title", "learned")}
        found |= {canary(here.learned[n.CERTIFICATE], name) for name in ("title", "issuer", "level")}
    for one in Profile.objects.filter(shareable__owner=here.people[owner]):
        found |= {canary(one, "text")} | made_for(one)
    return found | {
        canary(row, name) for row in items for name in ("situation", "task", "action", "result", "reflection")
    }


def made_for(profile: Profile) -> set[str]:
    products = type(profile).objects.get(pk=profile.pk).products.all()
    return {canary(one, name) for one in products for name in ("title", "contribution")}


def of_meetups(here: World, actor: str) -> set[str]:
    """Notes and what was there before, for who writes or organises; a draft report for organisers alone."""
    reads = [n.READ_REPORT] + [n.DRAFT_REPORT] * (actor == n.ORGANISER)
    found = {canary(one, "text") for one in Note.objects.all()}
    found |= {match[0] for one in NoteRevision.objects.all() for match in CANARY.finditer(one.text)}
    if actor == n.ORGANISER:
        found |= {canary(one, "words") for one in TextToCheck.objects.all()}
        found |= {canary(one, "answers") for one in NamedAnswer.objects.all()}
    return found | {canary(here.reports[name], field) for name in reads for field in TEXTS}


def allowed(here: World, actor: str) -> set[str]:
    """By hand: what each person may see, and must be able to find."""
    if actor == n.OWNER:
        mine = {canary(here.answers[n.ANSWERS], "answers")}
        return whole_portfolio(here, actor) | said(here, *n.TALKS) | commented() | decided(whole=True) | mine
    if actor == n.LAB_TRAINEE:
        return whole_portfolio(here, actor) | {canary(here.answers[n.OTHER_ANSWERS], "answers")}
    if actor in (n.ORGANISER, n.RAPPORTEUR):
        return of_meetups(here, actor)
    if actor == n.MENTOR:
        shown = decided(whole=False) | {canary(here.cards[n.CARD].shareable, "title")}
        talks = said(here, n.TALK, n.NEXT_TALK) | commented()
        return of(here, n.SHARED_SECTION, n.ITEM) | talks | shown
    if actor == n.UNSHARED:
        return said(here, n.OTHER_TALK)
    if actor == n.OTHER_READER:
        return of(here, n.OTHER_SECTION, n.OTHER_ITEM, n.LEVELS)
    if actor in (n.ITEM_READER, n.LINKED):
        found = of(here, n.SHARED_ITEM, n.GOAL, n.PROFILE) | made_for(here.profiles[n.PROFILE])
        asked = {canary(here.levels[n.LEVEL], "note")}  # of this reader, who supervises the placement
        return found | (of(here, n.LEVELS) | asked if actor == n.ITEM_READER else set())
    if actor in (n.CHAIR, n.RATER, n.RECUSED):
        return of_selection(here, actor)
    return set()


def of_selection(here: World, actor: str) -> set[str]:
    """Names of the candidates that one did not stand back from, and the own sheet: never what another gave."""
    known = {one for name, one in here.candidates.items() if (actor, name) != (n.RECUSED, n.CANDIDATE)}
    found = {canary(one, name) for one in known for name in ("name", "institution")}
    own = {n.CHAIR: n.CHAIRS_SHEET, n.RATER: n.RATERS_SHEET}
    answers = here.sheets[own[actor]].answers.all() if actor in own else ()
    fields = registry.by_model()["selection.answer"].confidential
    return found | {canary(answer, name) for answer in answers for name in fields}


# --- Crawling -------------------------------------------------------------------------------


class Crawl:
    """Everything that this person's browser can be made to show."""

    def __init__(self, here: World, actor: str) -> None:
        self.here, self.actor, self.client = here, actor, here.browser(actor)
        self.seen: dict[str, str] = {}  # canary -> where it was seen first
        self.waiting: deque[str] = deque()
        self.known: set[str] = set()
        self.variants: Counter[str] = Counter()  # addresses known, by path

    def run(self) -> None:
        self._go_to(["/", *self._every_address(), *self._searches()])
        if self.actor in {*OPERATORS, n.ADMINISTRATOR}:
            self._go_to(self._administration())
        while self.waiting:
            self._get(self.waiting.popleft())
        assert len(self.known) < MOST_PAGES, "the crawl goes round in circles"

    def _go_to(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self.known and not urlsplit(address).netloc:
                self.known.add(address)
                self.waiting.append(address)

    def _follow(self, addresses: list[str]) -> None:
        """Sorting and filtering one list are a few addresses here, not thousands; its pages are all."""
        for address in addresses:
            path, _, query = address.partition("?")
            if not query or "page=" in query or self.variants[path] < 2:
                self.variants[path] += address not in self.known
                self._go_to([address])

    def _get(self, address: str) -> None:
        answer = walk.ask(self.client, "GET", address)
        assert answer.response is not None, f"{address}: {answer.outcome}"
        self._look(answer.response, f"GET {address}")
        if to := answer.response.headers.get("Location"):
            self._follow([to])
        if answer.response.status_code != 200:
            return
        self._look(walk.ask(self.client, "GET", address, htmx=True).response, f"GET (htmx) {address}")
        if answer.response.headers.get("Content-Type", "").startswith("text/html"):
            self._go_on(pages.parse(answer.response.content.decode(), address))

    def _go_on(self, page: pages.Page) -> None:
        self._follow(page.to_get())
        for form in page.forms:
            if form.method == "post":
                self._post(form.action, dict(form.fields))
        for method, to in page.htmx:
            self._look(walk.ask(self.client, method.upper(), to, htmx=True).response, f"{method} {to}")

    def _post(self, address: str, data: dict[str, str]) -> None:
        """As it stands on the page, and with nothing filled in: refusals show what was typed, and no more."""
        key = f"POST {address.partition('?')[0]} {sorted(data)}"
        if key in self.known or urlsplit(address).netloc:
            return
        self.known.add(key)
        for sent in (data, {}):
            answer = walk.ask(self.client, "POST", address, data=sent)
            self._look(answer.response, key)

    def _look(self, response: HttpResponse | None, where: str) -> None:
        assert response is not None, where
        text = response.content.decode(errors="replace")
        headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
        cookies = response.cookies.output()
        for found in CANARY.finditer(f"{text} {headers} {cookies}"):
            self.seen.setdefault(found[0], where)
        cache.clear()

    def _every_address(self) -> Iterator[str]:
        """Every URL with every code of the world, whether a link leads there or not."""
        for key, line in TABLE.items():
            for cell in line.cells:
                yield walk.path_of(key, cell.args(self.here), cell.query)

    def _searches(self) -> Iterator[str]:
        for words in ("CNRY", "situation", "title"):
            for number in (1, 2):
                yield f"{reverse('search')}?q={words}&page={number}"

    def _administration(self) -> Iterator[str]:
        """Addresses that the admin of any model of ours would have, registered or not."""
        for data in registry.declared():
            model = data.get_model()._meta
            for row in data.get_model()._default_manager.all()[:3]:
                yield f"/admin/{model.app_label}/{model.model_name}/{row.pk}/change/"
                yield f"/admin/{model.app_label}/{model.model_name}/{row.pk}/history/"
            for verb in ("", "add/"):
                yield f"/admin/{model.app_label}/{model.model_name}/{verb}"


@pytest.mark.parametrize("actor", n.ACTORS)
def test_each_person_sees_their_canaries_and_no_other(actor):
    here = building.build()
    planted = plant()
    crawl = Crawl(here, actor)
    crawl.run()
    may_see = allowed(here, actor)
    too_much = {found: where for found, where in crawl.seen.items() if found not in may_see}
    assert too_much == {}
    assert may_see <= planted
    assert sorted(may_see - crawl.seen.keys()) == [], "not found, so that finding nothing elsewhere proves nothing"
    assert not [one for one in mail.outbox if CANARY.search(one.message().as_string())]


@pytest.mark.parametrize("actor", sorted({*n.SIGNED_IN} - {n.NO_SECOND_FACTOR, n.OPERATOR_NO_SECOND_FACTOR}))
def test_search_counts_only_what_one_may_see(actor):
    """Asked for by its exact words, what one may not see is not even counted."""
    here = building.build()
    client, told = here.browser(actor), []
    not_searched = {canary(one.shareable, "title") for one in here.cards.values()}  # named after a place
    for found in sorted(plant() - not_searched):
        words = found.removeprefix("C")  # as it stands in the field, but no canary when the page repeats it
        answer = client.get(reverse("search"), {"q": words})
        searched = found in allowed(here, actor) and not NOT_SEARCHED.search(found)
        if (answer.context["found"].total > 0) != searched:
            told.append(found)
    assert told == []


def test_no_mail_says_anything_confidential(django_capture_on_commit_callbacks):
    here = building.build()
    plant()
    owner, administrator = here.browser(n.OWNER), here.browser(n.ADMINISTRATOR)
    where = here.code("hospital")
    with django_capture_on_commit_callbacks(execute=True):
        share = {"what": [here.code(n.SHARED_SECTION)], "who": here.code(n.UNSHARED), "purpose": "guidance"}
        until = (timezone.localdate() + factories.DAY).isoformat()
        assert owner.post(reverse("portfolios:share"), share | {"until": until, "confirm": ""}).status_code == 302
        person = {"email": "nieuw@example.org", "given_name": "Nieuw", "family_name": "Mens", "role": "mentor"}
        person |= {"starts_on": timezone.localdate().isoformat(), "last_on": ""}
        assert administrator.post(reverse("person_add", args=[where]), person).status_code == 302
        assert (
            owner.post(reverse("account_email"), {"email": "elders@example.org", "action_add": ""}).status_code == 302
        )
    assert sender.drain() == 1
    assert len(mail.outbox) >= 2, "mails were sent, so that finding nothing in them says something"
    assert not [one for one in mail.outbox if CANARY.search(one.message().as_string())]


def test_every_text_field_of_a_confidential_model_is_named():
    """Or it would never get a canary."""
    forgotten = []
    for data in registry.declared():
        if data.data_class is DataClass.CONFIDENTIAL:
            texts = {
                one.name
                for one in data.get_model()._meta.concrete_fields
                if isinstance(one, models.CharField | models.TextField | models.JSONField)
            }
            forgotten += [
                f"{data.model}.{name}" for name in texts - {*data.confidential} - NO_WORDS.get(data.model, {}).keys()
            ]
    assert forgotten == []


def test_every_confidential_field_gets_a_canary():
    here = building.build()
    planted = plant()
    kinds = {(match[1], match[3]) for found in planted if (match := CANARY.fullmatch(found))}
    assert kinds == {(model._meta.label_lower, name) for model, name in confidential()}
    assert len(kinds) >= 7 and whole_portfolio(here, n.OWNER) <= planted


def test_a_half_moved_experience_is_not_shown_where_its_section_is_shared():
    """Section and parent are two facts that one action writes; if they ever differ, the grant's side decides. A trigger
    keeps the section where the parent is; nothing keeps the parent."""
    here = building.build()
    plant()
    item = here.items[n.PRIVATE_ITEM]
    filed = Shareable.objects.filter(pk=item.pk)
    before, section = filed.get().parent_id, here.sections[n.SHARED_SECTION]
    filed.update(parent=section.pk)
    type(item).objects.filter(pk=item.pk).update(section=section)
    filed.update(parent=before)
    page = here.browser(n.MENTOR).get(reverse("portfolios:section", args=[here.code(n.SHARED_SECTION)]))
    shown = page.content.decode()
    assert canary(here.items[n.ITEM].shareable, "title") in shown
    assert canary(item.shareable, "title") not in shown
