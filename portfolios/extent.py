"""About how long a portfolio becomes on paper, before it is made (P17): a few sums, nothing is laid out.

Measured on what WeasyPrint makes of our template: within a fifth, and rather too long than too short.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Length

from portal import pdf
from portfolios.models import Certificate, Experience, Goal, Lesson, ProfileProduct, Section
from portfolios.models.experiences import STARR

COVER = 3  # pages: cover, contents, end
OF_PIECE, OF_TEXT, OF_LETTER = 0.07, 0.04, 1 / 3000  # pages of a title with its day, of a label, of a letter


@dataclass(frozen=True)
class Extent:
    pages: int
    letters: int

    @property
    def is_more_than_fits(self) -> bool:
        """About; a document that is a little over may still fit."""
        return self.pages > pdf.MOST_PAGES or self.letters > pdf.MOST_TEXT

    @property
    def is_far_too_much(self) -> bool:
        """No doubt about it: more letters than a document may have, or half as many pages again."""
        return self.pages > 1.5 * pdf.MOST_PAGES or self.letters > pdf.MOST_TEXT


def of(sections: Iterable[Section]) -> dict[str, Extent]:
    """Of each of these sections, by its code, without what every document has."""
    there = {one.pk: one for one in sections}
    pages: Counter[int] = Counter()
    letters: Counter[int] = Counter()
    for rows, path, texts in _kinds(list(there)):
        for row in _sums(rows, path, texts):
            pages[row[path]] += OF_PIECE * row["pieces"] + OF_TEXT * row["labels"] + OF_LETTER * row["letters"]
            letters[row[path]] += row["letters"]
    for key, section in there.items():
        pages[key] += OF_LETTER * len(section.text)
        letters[key] += len(section.text)
    return {one.code: Extent(round(pages[key]), letters[key]) for key, one in there.items()}


def together(parts: Iterable[Extent]) -> Extent:
    every = list(parts)
    return Extent(COVER + sum(one.pages for one in every), sum(one.letters for one in every))


def _kinds(keys: list[int]) -> list[tuple[QuerySet, str, tuple[str, ...]]]:
    """What is printed of each kind: its rows, how they name their section, their texts."""
    return [
        (Experience.objects.filter(section__in=keys), "section", STARR),
        (Goal.objects.filter(section__in=keys), "section", ("why", "how", "reason")),
        (ProfileProduct.objects.filter(profile__section__in=keys), "profile__section", ("contribution",)),
        (Lesson.objects.filter(section__in=keys), "section", ("learned",)),
        (Certificate.objects.filter(section__in=keys), "section", ()),
    ]


def _sums(rows: QuerySet, path: str, texts: tuple[str, ...]) -> QuerySet:
    """By section: how many, how many texts that are not empty, and how many letters in those."""
    none: Any = Value(0)
    there = [Case(When(**{name: ""}, then=0), default=1, output_field=IntegerField()) for name in texts]
    labels, letters = sum(there, none), sum((Length(F(name)) for name in texts), none)
    return rows.order_by().values(path).annotate(pieces=Count("pk"), labels=Sum(labels), letters=Sum(letters))
