"""A round of selection of an invented country (portal/scale.py): one procedure, its committee, every sheet begun."""

from portal import scale as ground
from portal.models import User
from portal.scale import DAY, Scale
from selection.models import Answer, Candidate, Declaration, PanelMember, Procedure, ProcedureVersion, Sheet

CANDIDATES = 200
SEATS = ("chair", "staff", "trainee", "hrm")
TEXT = "Zei hardop wat ze wel en niet wist, en sprak een vangnet af. " * 3
WEIGHTS = (30, 25, 20, 25)


def seed(scale: Scale) -> None:
    """The committee are the first mentors, filled up with trainees where there are too few."""
    words = {"nl": "Woorden", "en": "Words"}
    rows = [
        {"key": f"c{number}", "weight": weight, "names": words, "question": words, "anchors": [words] * 5}
        for number, weight in enumerate(WEIGHTS)
    ]
    procedure = Procedure.objects.create(
        organisation_id=scale.places[0], title=f"Ronde {scale.seed}", interviews_on=scale.today + 9 * DAY
    )
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=1, content={"criteria": rows}, digest="0" * 64, published_at=scale.at
    )
    Procedure.objects.filter(pk=procedure.pk).update(state=Procedure.State.INTERVIEWS)
    people = User.objects.filter(pk__in=[*scale.mentors, *scale.people][: len(SEATS)])
    members = [
        PanelMember.objects.create(procedure=procedure, person=person, role=role)
        for person, role in zip(people, SEATS, strict=False)
    ]
    applied = ground.insert(
        Candidate(code=scale.code(), procedure=procedure, number=number, name=f"Kandidaat {number}")
        for number in range(1, CANDIDATES + 1)
    )
    pairs = [(member, candidate) for member in members for candidate in applied]
    ground.insert(
        Declaration(member=member, candidate=candidate, stands_back=False, declared_at=scale.at)
        for member, candidate in pairs
    )
    sheets = ground.insert(
        Sheet(code=scale.code(), member=member, candidate=candidate, version=version) for member, candidate in pairs
    )
    ground.insert(
        Answer(sheet=sheet, criterion=row["key"], situation=TEXT, action=TEXT, score=3, evidence=TEXT)
        for sheet in sheets
        for row in rows
    )
