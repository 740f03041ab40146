"""What each person answered to a survey with names, as a table: a line for each person, a column for each question."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.published import in_language
from surveys import wording
from surveys.models import NamedAnswer, Survey
from surveys.rules import waves
from surveys.rules.questionnaires import questions, words


@dataclass(frozen=True)
class AnswerTable:
    """In the language that is active; a value stands in the words of the page. Cells are made harmless where they are
    written."""

    survey: Survey
    language: str

    @cached_property
    def names(self) -> dict[str, str]:
        """Of groups and of the lowest units."""
        there = [*waves.groups(self.survey), *waves.units(self.survey)]
        return {one["key"]: in_language(one["names"]) for one in there}

    def head(self) -> list[str]:
        asked = questions(self.survey.document)
        unit = [in_language(self.survey.breakdown["names"])] if waves.units(self.survey) else []
        return [_("Name"), _("Group"), *unit, _("Sent on"), *(f"{one['key']}: {self._label(one)}" for one in asked)]

    def line(self, answer: NamedAnswer) -> Sequence[str]:
        unit = [self.names.get(answer.unit, "")] if waves.units(self.survey) else []
        asked = questions(self.survey.document)
        said = (wording.said(one, answer.answers, answer.group, self.language) for one in asked)
        who = [answer.person.full_name, self.names.get(answer.group, ""), *unit, self._moment(answer.answered_at)]
        return [*who, *("; ".join(lines) for lines in said)]

    def _label(self, question: dict) -> str:
        """In the words for everybody, as one column holds the answers of all groups."""
        return words(question, "", self.language)

    def _moment(self, at: datetime.datetime) -> str:
        """By the clock of the organisation, in an order that sorts."""
        return at.astimezone(ZoneInfo(self.survey.zone)).strftime("%Y-%m-%d %H:%M")
