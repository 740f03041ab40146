"""Surveys of many organisations, with invitations, answers and results: some thousands of everything."""

import datetime
from collections.abc import Sequence

from portal.models import Document, Membership, Organisation, Role, Sector, User
from surveys.models import (
    ClosedAnswer,
    Invitation,
    NamedAnswer,
    Questionnaire,
    QuestionnaireVersion,
    Result,
    Survey,
    TextToCheck,
)
from tests.factories import DAY
from tests.surveys import rows

PLACES, WAVES, ASKED, WRITTEN = 300, 10, 8, 3  # organisations, waves of each, people of each wave, texts of each


def fill(people: Sequence[User], now: datetime.datetime) -> dict[str, str]:
    """The codes of a survey that is open and one with texts to check, of an organisation where the last of `people`
    makes them. Who is invited to what goes round."""
    places = _places(people, now)
    versions = _versions(places)
    surveys = _surveys(places, versions, people[-1], now)
    Invitation.objects.bulk_create(
        Invitation(survey=one, person=people[(ASKED * n + k) % len(people)], group="learners", is_sent=True)
        for n, one in enumerate(surveys)
        for k in range(ASKED)
    )
    closed = [one for one in surveys if one.closed_at]
    ClosedAnswer.objects.bulk_create(
        ClosedAnswer(survey=one, group="learners", answers={"yes": "yes"}) for one in closed for _ in range(2)
    )
    kind = {"kind": "survey-results", "language": "nl", "media_type": "application/json", "size": 1, "sha256": "a" * 64}
    made = Document.objects.bulk_create(Document(about=one.code, made_at=now, **kind) for one in closed[1:])
    Result.objects.create(survey=closed[0])
    Result.objects.bulk_create(Result(survey=one, document=each) for one, each in zip(closed[1:], made, strict=True))
    TextToCheck.objects.bulk_create(
        TextToCheck(survey=one, item="more", group="learners", place=n, words="Woorden van iemand")
        for one in closed
        for n in range(WRITTEN)
    )
    codes = {"survey": surveys[0].code, "checked": closed[0].code, "questionnaire": versions[0].questionnaire.code}
    return codes | _with_names(surveys[::WAVES], people)


def _with_names(like: Sequence[Survey], people: Sequence[User]) -> dict[str, str]:
    """Of each place one with names, that everybody who was asked has answered; the last of the people to the first."""
    same = ("organisation_id", "owner_id", "version_id", "titles", "opens_at", "closes_at", "launched_at")
    made = Survey.objects.bulk_create(
        Survey(is_named=True, **{name: getattr(one, name) for name in same}) for one in like
    )
    asked = [(one, people[(ASKED * n + k - 1) % len(people)]) for n, one in enumerate(made) for k in range(ASKED)]
    rows_of = Invitation.objects.bulk_create(
        Invitation(survey=one, person=person, group="learners", is_sent=True) for one, person in asked
    )
    pieces = rows.pieces([person for _one, person in asked])
    given = {"group": "learners", "answers": {"yes": "yes"}}
    answers = NamedAnswer.objects.bulk_create(
        NamedAnswer(shareable=piece, survey=one, person=person, **given)
        for piece, (one, person) in zip(pieces, asked, strict=True)
    )
    return {"named": made[0].code, "asked": rows_of[0].code, "answer": answers[1].code}


def _places(people: Sequence[User], now: datetime.datetime) -> list[Organisation]:
    """Each with an organiser of its own; the last of the people is that of the first place."""
    sector = Sector.objects.get(key="medical-nl")
    places = Organisation.objects.bulk_create(
        Organisation(name=f"Vereniging {n}", kind="association", sector=sector) for n in range(PLACES)
    )
    Membership.objects.bulk_create(
        Membership(person=people[-1 - n], organisation=one, role=Role.ORGANISER, starts_on=now.date() - 30 * DAY)
        for n, one in enumerate(places)
    )
    return places


def _versions(places: Sequence[Organisation]) -> list[QuestionnaireVersion]:
    lists = Questionnaire.objects.bulk_create(
        Questionnaire(organisation=one, key=f"list-{n}", names=rows.line("Lijst")) for one in places for n in range(5)
    )
    return QuestionnaireVersion.objects.bulk_create(
        QuestionnaireVersion(questionnaire=one, number=1, document=rows.document(), digest="0" * 64) for one in lists
    )


def _surveys(
    places: Sequence[Organisation], versions: Sequence[QuestionnaireVersion], owner: User, now: datetime.datetime
) -> list[Survey]:
    """Of each place one that is open and others that are closed, for all kinds of readers."""
    made = [
        Survey(
            organisation=place,
            owner=owner,
            version=versions[5 * n],
            titles=rows.line("Hoe is je stage?"),
            series=f"series{n:06}",
            wave=wave,
            opens_at=now - (wave + 2) * DAY,
            closes_at=now - wave * DAY if wave else now + DAY,
            launched_at=now - 30 * DAY,
            closed_at=now if wave else None,
            audience="everybody" if n % 10 == wave else ("organiser", "invited")[wave % 2],
        )
        for n, place in enumerate(places)
        for wave in range(WAVES)
    ]
    return Survey.objects.bulk_create(made)
