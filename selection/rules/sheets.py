"""What a sheet still lacks, and when scores may open."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal.models import User
from selection.models import Answer, Declaration, PanelMember, Procedure, Sheet
from selection.models.procedures import Criterion


@dataclass(frozen=True)
class Missing:
    criterion: Criterion
    what: str  # a sentence


def missing_in(answer: Answer | None) -> str:
    """What this answer still lacks; nothing when it is whole."""
    if answer is None or (answer.score is None and not answer.is_not_observed):
        return _("Choose the text that fits best, or say that you did not see it.")
    if answer.is_not_observed:
        return "" if answer.reason.strip() else _("Say why you could not see it.")
    return "" if answer.evidence.strip() else _("Say by what you saw it, in one sentence.")


def missing(sheet: Sheet) -> list[Missing]:
    answers = {answer.criterion: answer for answer in sheet.answers.all()}
    found = [Missing(one, missing_in(answers.get(one.key))) for one in sheet.version.criteria]
    return [one for one in found if one.what]


# Four counts in one question: each by its own index, where a join of them would multiply the rows.
_COUNTED = """SELECT
    (SELECT COUNT(*) FROM selection_panelmember WHERE procedure_id = %s),
    (SELECT COUNT(*) FROM selection_candidate WHERE procedure_id = %s),
    (SELECT COUNT(*) FROM selection_declaration said JOIN selection_panelmember member ON member.id = said.member_id
        WHERE member.procedure_id = %s AND said.stands_back = %s),
    (SELECT COUNT(*) FROM selection_sheet sheet JOIN selection_candidate one ON one.id = sheet.candidate_id
        WHERE one.procedure_id = %s AND sheet.state = %s)
"""


@dataclass(frozen=True)
class Progress:
    """Of the whole procedure, never of a person: how many sheets are in, of how many."""

    submitted: int
    expected: int

    @property
    def all_in(self) -> bool:
        return self.expected > 0 and self.submitted == self.expected


def progress(procedure: Procedure) -> Progress:
    """Every member scores every candidate, but for those from whom they stand back."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [procedure.pk, procedure.pk, procedure.pk, True, procedure.pk, Sheet.State.SUBMITTED])
        members, candidates, back, done = cursor.fetchone()
    return Progress(done, members * candidates - back)


@dataclass(frozen=True)
class Standing:
    """Where a procedure stands for this member: how many sheets are in, and whether they may open the scores."""

    progress: Progress
    is_chair: bool
    stood_back: int  # from so many candidates
    may_reveal: bool
    reason: str  # why not


_STOOD_BACK = Count("declarations", filter=Q(declarations__stands_back=True))


def standing(person: User, procedure: Procedure) -> Standing:
    """Only the chair opens the scores, and not before every sheet is in: nobody may steer by what others gave."""
    done = progress(procedure)
    seat = procedure.members.filter(person=person).annotate(back=_STOOD_BACK).values_list("role", "back").first()
    role, stood_back = seat or ("", 0)
    is_chair = role == PanelMember.Role.CHAIR
    reason = ""
    if procedure.state != Procedure.State.INTERVIEWS:
        reason = _("The scores open once, after the interviews.")
    elif not is_chair:
        reason = _("Only the chair opens the scores.")
    elif not done.all_in:
        reason = _("Not all sheets are in yet. Until then nobody sees the scores of another.")
    return Standing(done, is_chair, stood_back, not reason, reason)


def all_mine_in(person: User, procedure: Procedure) -> bool:
    """Whether this member has declared about every candidate and handed in every sheet."""
    member = Q(member__person=person, member__procedure=procedure)
    back = Declaration.objects.filter(member, stands_back=True).count()
    done = Sheet.objects.filter(member, state=Sheet.State.SUBMITTED).count()
    return done + back == procedure.candidates.count()
