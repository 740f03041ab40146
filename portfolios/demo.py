"""The portfolios of the demo's people, written in the order in which it all happened (demo mode only).

Everything goes through the real actions, so that shares, readings and the audit chain are those of real use.
"""

import datetime
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.dateformat import format as format_date
from django.utils.translation import override

from portal import readings, sharing
from portal.codes import new_code
from portal.demo import accounts, day, moment
from portal.models import Grant, Placement, Shareable, User
from portfolios import demo_record
from portfolios.actions import comments, evidence, experiences, growth, plan, sections, supervision
from portfolios.actions import sharing as shares
from portfolios.demo_record import Step
from portfolios.documents import DATA
from portfolios.models import Competency, Goal, Portfolio, Section, SupervisionCard, SwotItem

DAY_FROM_NOW = re.compile(r"\{([+-]\d+)\}")  # {+60} in a text: the date that is sixty days from now


def load() -> None:
    """Give each demo person of the data a portfolio who has none yet. Two queries when all have one."""
    users = accounts()
    owned = set(Portfolio.objects.filter(owner__in=users.values()).values_list("owner__email", flat=True))
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "demo").glob("*.json"))]
    missing = [row for row in documents if row["owner"] in users and users[row["owner"]].email not in owned]
    with transaction.atomic():
        steps = [step for document in missing for step in _Story(document, users).steps()]
        for _at, happen in sorted(steps, key=lambda step: step[0]):
            happen()
    for document in missing:
        demo_record.add_files(document, users[document["owner"]])


class _Story:
    """One person's portfolio as steps in time. `things` are the sections and experiences made so far, by key."""

    def __init__(self, document: dict[str, Any], users: dict[str, User]) -> None:
        self.document, self.users = document, users
        self.owner = users[document["owner"]]
        self.things: demo_record.Things = {}
        self.goals: dict[str, Goal] = {}

    def steps(self) -> Iterator[Step]:
        opened = moment(self.document["opened"])
        yield opened, partial(self._open, opened)
        for row in self.document["own_sections"]:
            at = moment(row["day"], row["time"])
            yield at, partial(self._add_own, row, at)
        for row in self.document["sections"]:
            at = moment(row["day"], row["time"])
            yield at, partial(self._write, row, at)
        for row in self.document["experiences"]:
            at = moment(row["logged"], row["time"])
            yield at, partial(self._log, row, at)
        for row in self.document["shares"]:
            yield from self._share_steps(row)
        for row in self.document.get("links", []):
            at = moment(row["day"], row["time"])
            yield at, partial(self._link, row, at)
        for row in self.document.get("comments", []):
            yield from self._comment_steps(row)
        for row in self.document.get("levels", []):
            yield from self._level_steps(row)
        yield from self._growth_steps()
        yield from demo_record.steps(self.document, self.owner, self.things)
        if shown := self.document.get("card_shown"):
            yield moment(shown), partial(self._show_card, moment(shown))

    def _growth_steps(self) -> Iterator[Step]:
        for row in self.document.get("goals", []):
            at = moment(row["day"], row["time"])
            yield at, partial(self._aim, row, at)
            for move in row["moves"]:
                when = moment(move["day"], "21:00")
                yield when, partial(self._move, row["key"], move, when)
            # Linked once all is logged: a link is of now, whatever day its ends have.
            yield moment(0, "00:00"), partial(self._show, row)
        for row in self.document.get("swot", []):
            yield moment(row["day"], "20:00"), partial(self._line, row)
            if after := row.get("becomes"):
                yield moment(after["day"], "20:00"), partial(self._reword, row["text"], after)
            if "dropped" in row:
                yield moment(row["dropped"], "20:30"), partial(self._drop, row)
        for row in self.document.get("ratings", []):
            at = moment(row["day"], row["time"])
            yield at, partial(self._rate, row, at)

    def _comment_steps(self, row: dict[str, Any]) -> Iterator[Step]:
        at, said = moment(row["day"], row["time"]), dict[str, Any]()
        yield at, partial(self._comment, row, at, said)
        if answer := row.get("answer"):
            when = moment(answer["day"], answer["time"])
            yield when, partial(self._answer, answer["text"], when, said)

    def _share_steps(self, row: dict[str, Any]) -> Iterator[Step]:
        at, source = moment(row["day"], row["time"]), new_code()
        yield at, partial(self._share, row, at, source)
        for reading in row["readings"]:
            when = moment(reading["day"], reading["time"])
            yield when, partial(self._read, row["reader"], reading, when)
        if row["withdrawn"] is not None:
            when = moment(row["withdrawn"])
            yield when, partial(sharing.withdraw, Grant.objects.filter(source=source), by=self.owner, at=when)

    def _open(self, at: datetime.datetime) -> None:
        portfolio = sections.open_portfolio(self.owner, framework_key=self.document["framework"], at=at)
        rows = portfolio.sections.select_related("shareable__owner", "portfolio")
        self.things |= {section.key: section for section in rows}
        version = portfolio.framework_version_id
        self.competencies = {
            one.key: one for one in Competency.objects.filter(version=version).select_related("version")
        }
        self.placements = list(Placement.objects.filter(person=self.owner).order_by("-starts_on"))

    def _add_own(self, row: dict[str, Any], at: datetime.datetime) -> None:
        portfolio = Portfolio.objects.get(owner=self.owner)
        self.things[row["key"]] = sections.add_own(portfolio, title=row["title"], by=self.owner, at=at)
        self._write(row, at)

    def _write(self, row: dict[str, Any], at: datetime.datetime) -> None:
        section, text = self._section(row["key"]), self._dated(row["text"])
        sections.write(section, text=text, version=section.version, by=self.owner, at=at)

    def _dated(self, text: str) -> str:
        with override(self.owner.language):
            return DAY_FROM_NOW.sub(lambda found: format_date(day(int(found[1])), "j F Y"), text)

    def _log(self, row: dict[str, Any], at: datetime.datetime) -> None:
        happened_on = day(row["day"])
        content = experiences.Content(
            title=row["title"],
            happened_on=happened_on,
            kind=row.get("kind", ""),
            placement=next((one for one in self.placements if one.is_live(happened_on)), None),
            competencies=[self.competencies[key] for key in row.get("competencies", [])],
            **{name: row.get(name, "") for name in ("situation", "task", "action", "result", "reflection")},
        )
        experience = experiences.create(content, by=self.owner, at=at)
        self.things[row["key"]] = experience
        if row["section"]:
            experiences.place(experience, section=self._section(row["section"]), by=self.owner, at=at)

    def _card(self, at: datetime.datetime) -> SupervisionCard:
        card = supervision.open_card(self.placements[0], by=self.owner, at=at)
        return SupervisionCard.objects.whole().get(pk=card.pk)

    def _level_steps(self, row: dict[str, Any]) -> Iterator[Step]:
        """Asked; and decided a day later when the data says what was decided."""
        at, decided = moment(row["day"], row["time"]), moment(row["day"] + 1, row["time"])
        yield at, partial(self._ask_level, row, at)
        if row["level"]:
            yield decided, partial(self._give_level, row, decided)

    def _ask_level(self, row: dict[str, Any], at: datetime.datetime) -> None:
        asked = {name: row[name] for name in ("task", "kind", "wanted", "note")}
        supervision.ask(self._card(at), by=self.owner, asked_of=self.users[row["by"]], at=at, **asked)

    def _give_level(self, row: dict[str, Any], at: datetime.datetime) -> None:
        card = self._card(at)
        level = card.levels.get(task=row["task"])
        level.card = card
        review_on = day(row["review"]) if row["review"] else None
        given = {"key": row["level"], "conditions": row["conditions"], "review_on": review_on}
        given |= {"decided_with": row.get("with", "")}
        supervision.give(level, by=self.users[row["by"]], at=at, **given)

    def _show_card(self, at: datetime.datetime) -> None:
        supervision.show(self._card(at), by=self.owner, at=at)

    def _aim(self, row: dict[str, Any], at: datetime.datetime) -> None:
        target = None if row["target"] is None else day(row["target"])
        content = plan.Content(what=row["what"], why=row["why"], how=row["how"], target_on=target)
        self.goals[row["key"]] = plan.create(self._section("plan"), content, by=self.owner, at=at)

    def _move(self, key: str, move: dict[str, Any], at: datetime.datetime) -> None:
        goal = self.goals[key]
        if move["verb"] == "let_go":
            plan.let_go(goal, move["reason"], by=self.owner, at=at)
        else:
            {"start": plan.start, "reach": plan.reach}[move["verb"]](goal, by=self.owner, at=at)

    def _show(self, row: dict[str, Any]) -> None:
        for key in row["evidence"]:
            evidence.link(self._shareable(key), self.goals[row["key"]].shareable, by=self.owner)

    def _line(self, row: dict[str, Any]) -> None:
        plan.add_line(self._section("swot"), row["list"], row["text"], by=self.owner, on=day(row["day"]))

    def _reword(self, text: str, after: dict[str, Any]) -> None:
        plan.change_line(self._standing(text), after["text"], by=self.owner, on=day(after["day"]))

    def _drop(self, row: dict[str, Any]) -> None:
        plan.drop_line(self._standing(row["text"]), by=self.owner, on=day(row["dropped"]))

    def _standing(self, text: str) -> SwotItem:
        lines = SwotItem.objects.select_related("section__shareable__owner")
        return lines.get(section__portfolio=self.owner.pk, text=text, dropped_on=None)

    def _rate(self, row: dict[str, Any], at: datetime.datetime) -> None:
        levels = {self.competencies[key]: level for key, level in row["levels"].items()}
        growth.rate(self._section("competencies"), levels, by=self.users[row["by"]], at=at)

    def _share(self, row: dict[str, Any], at: datetime.datetime, source: str) -> None:
        profiles = [f"profile:{key}" for key in row.get("profiles", [])]
        for key in (*row["sections"], *row["experiences"], *profiles):
            sharing.share(
                self._shareable(key),
                by=self.owner,
                reader=self.users[row["reader"]],
                right=row["right"],
                purpose=row["purpose"],
                until=moment(row["until"] + 1, "00:00"),  # the last day counts whole
                at=at,
                source=source,
            )

    def _link(self, row: dict[str, Any], at: datetime.datetime) -> None:
        shares.share_by_link(
            [self._shareable(key) for key in row["experiences"]],
            by=self.owner,
            address=row["address"],
            name=row["name"],
            purpose=Grant.Purpose.OTHER,
            until=moment(row["until"] + 1, "00:00"),
            at=at,
        )

    def _comment(self, row: dict[str, Any], at: datetime.datetime, said: dict[str, Any]) -> None:
        said["comment"] = comments.comment(self._shareable(row["on"]), row["text"], by=self.users[row["by"]], at=at)

    def _answer(self, text: str, at: datetime.datetime, said: dict[str, Any]) -> None:
        comments.answer(said["comment"], text, by=self.owner, at=at)

    def _read(self, reader: str, row: dict[str, Any], at: datetime.datetime) -> None:
        shareable = self._shareable(row.get("section") or row["experience"])
        readings.note(self.users[reader], [shareable], channel="page", at=at)

    def _section(self, key: str) -> Section:
        section = self.things[key]
        assert isinstance(section, Section)
        return section

    def _shareable(self, key: str) -> Shareable:
        """Fresh: placing an experience gives its shareable a parent."""
        return Shareable.objects.get(pk=self.things[key].pk)
