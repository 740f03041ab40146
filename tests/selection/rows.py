"""Rows of selection for tests."""

from types import SimpleNamespace

from django.utils import timezone

from portal.models import Organisation, User
from selection.actions import procedures, sheets
from selection.models import Answer, Candidate, PanelMember, Procedure, Sheet
from tests import factories

WORDS = ("situation", "task", "action", "result", "reflection", "reason", "evidence", "concern")
KEYS = ("calm", "together")


def content(*weights: int) -> dict:
    """Two criteria of 60 and 40, unless said otherwise."""

    def words(text: str) -> dict[str, str]:
        return {"nl": text, "en": f"{text} (en)"}

    weights = weights or (60, 40)
    return {
        "criteria": [
            {
                "key": KEYS[number] if number < len(KEYS) else f"k{number}",
                "names": words(f"Criterium {number}"),
                "weight": weight,
                "question": words(f"Vraag {number}"),
                "anchors": [words(f"Anker {number}.{score}") for score in range(1, 6)],
            }
            for number, weight in enumerate(weights)
        ]
    }


def committee(place: Organisation, people: dict[str, User] | None = None, candidates: int = 2) -> SimpleNamespace:
    """In the interviews. `people`: who is chair, staff, trainee, hrm."""
    people = people or {role: factories.person(f"Lid{role}", title="dr.") for role in PanelMember.Role.values}
    procedure = Procedure.objects.create(
        organisation=place, title="Opleidingsplaatsen", interviews_on=timezone.localdate() + 5 * factories.DAY
    )
    for role, person in people.items():
        PanelMember.objects.create(procedure=procedure, person=person, role=role)
    applied = [
        Candidate.objects.create(
            procedure=procedure, number=number, name=f"Kandidaat{number}", institution=f"Huis{number}"
        )
        for number in range(1, candidates + 1)
    ]
    procedures.publish(procedure, content(), by=people["chair"])
    procedure.refresh_from_db()
    procedures.begin_interviews(procedure, by=people["chair"])
    procedure.refresh_from_db()
    return SimpleNamespace(procedure=procedure, candidates=applied, **people)


def sheet(candidate: Candidate, rater: User) -> Sheet:
    made = sheets.declare(candidate, by=rater, stands_back=False)
    assert made is not None
    return Sheet.objects.whole().get(pk=made.pk)


def answer(of: Sheet, key: str) -> Answer:
    return Answer.objects.select_related("sheet__member", "sheet__candidate").get(sheet=of, criterion=key)


def fill(of: Sheet, *scores: int | None, words: str = "Zag het.") -> Sheet:
    """Score the criteria in order; None is "not seen"."""
    for key, score in zip(KEYS, scores or (4, 3), strict=True):
        row = answer(of, key)
        given = {"score": score, "evidence": words} if score else {"is_not_observed": True, "reason": words}
        sheets.write(row, sheets.Content(situation=words, **given), version=row.version, by=of.member.person)
    return of


def submitted(candidate: Candidate, rater: User, *scores: int | None, words: str = "Zag het.") -> Sheet:
    made = fill(sheet(candidate, rater), *scores, words=words)
    sheets.submit(made, by=rater)
    return Sheet.objects.whole().get(pk=made.pk)


def everybody(at: SimpleNamespace) -> list[User]:
    return [at.chair, at.staff, at.trainee, at.hrm]
