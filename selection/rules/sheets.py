"""What a sheet still lacks, and when scores may open."""

from dataclasses import dataclass

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
    back = Declaration.objects.filter(member__procedure=procedure, stands_back=True).count()
    counted = Procedure.objects.filter(pk=procedure.pk).aggregate(
        members=Count("members", distinct=True), candidates=Count("candidates", distinct=True)
    )
    done = Sheet.objects.filter(candidate__procedure=procedure, state=Sheet.State.SUBMITTED).count()
    return Progress(done, counted["members"] * counted["candidates"] - back)


@dataclass(frozen=True)
class Standing:
    """Where a procedure stands for this member: how many sheets are in, and whether they may open the scores."""

    progress: Progress
    is_chair: bool
    may_reveal: bool
    reason: str  # why not


def standing(person: User, procedure: Procedure) -> Standing:
    """Only the chair opens the scores, and not before every sheet is in: nobody may steer by what others gave."""
    done = progress(procedure)
    is_chair = procedure.members.filter(person=person, role=PanelMember.Role.CHAIR).exists()
    reason = ""
    if procedure.state != Procedure.State.INTERVIEWS:
        reason = _("The scores open once, after the interviews.")
    elif not is_chair:
        reason = _("Only the chair opens the scores.")
    elif not done.all_in:
        reason = _("Not all sheets are in yet. Until then nobody sees the scores of another.")
    return Standing(done, is_chair, not reason, reason)


def all_mine_in(person: User, procedure: Procedure) -> bool:
    """Whether this member has declared about every candidate and handed in every sheet."""
    member = Q(member__person=person, member__procedure=procedure)
    back = Declaration.objects.filter(member, stands_back=True).count()
    done = Sheet.objects.filter(member, state=Sheet.State.SUBMITTED).count()
    return done + back == procedure.candidates.count()
