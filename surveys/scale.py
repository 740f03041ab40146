"""The surveys of an invented country (portal/scale.py): in each place one that is open, and four that are over."""

import uuid

from portal import scale as ground
from portal.models import Organisation
from portal.scale import DAY, Scale
from surveys.actions.questionnaires import load_shipped
from surveys.models import ClosedAnswer, Invitation, QuestionnaireVersion, Survey

WAVES, INVITED = 5, 200
GIVEN = {"supervision": 4, "feedback": 3, "climate": 5, "balance": 2, "moments": {"handover": 3, "teaching": 2}}


def seed(scale: Scale) -> None:
    """Each survey asks 200 trainees; those that are over have an answer of each."""
    load_shipped()
    version = QuestionnaireVersion.objects.get(questionnaire__key="placement-quality", number=1)
    owners = list(Organisation.objects.filter(pk__in=scale.places))
    series = [scale.code() for _owner in owners]
    surveys = ground.insert(
        Survey(
            code=scale.code(),
            organisation=owner,
            owner_id=scale.mentors[number % len(scale.mentors)],
            version=version,
            titles={"nl": f"Stages, ronde {wave}", "en": f"Placements, wave {wave}"},
            series=series[number],
            wave=wave,
            opens_at=scale.at - (WAVES - wave) * 365 * DAY - DAY,
            closes_at=scale.at - (WAVES - wave) * 365 * DAY + DAY,
            launched_at=scale.at - (WAVES - wave) * 365 * DAY - 2 * DAY,
            closed_at=None if wave == WAVES else scale.at - (WAVES - wave) * 365 * DAY + DAY,
        )
        for number, owner in enumerate(owners)
        for wave in range(1, WAVES + 1)
    )
    for survey in surveys:
        asked = scale.dice.sample(scale.people, min(INVITED, len(scale.people)))
        ground.insert(
            Invitation(code=scale.code(), survey=survey, person_id=pk, group="trainees", is_sent=True) for pk in asked
        )
        if survey.closed_at:
            ids = (uuid.UUID(int=scale.dice.getrandbits(128), version=4) for _one in asked)
            ground.insert(ClosedAnswer(id=one, survey=survey, group="trainees", answers=GIVEN) for one in ids)
