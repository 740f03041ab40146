"""A rater's own sheet: declared about, written, handed in (S5, S8, S9)."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, today
from portal.editing import EditedElsewhere
from portal.models import User
from selection.actions.procedures import NotPossible, chain_of
from selection.models import Answer, Candidate, Declaration, PanelMember, Procedure, Sheet
from selection.rules import sheets as rules


@dataclass(frozen=True)
class Content:
    """What a rater wrote about one question; anything may still be empty."""

    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    reflection: str = ""
    score: int | None = None
    is_not_observed: bool = False
    reason: str = ""
    evidence: str = ""
    concern: str = ""


def declare(candidate: Candidate, *, by: User, stands_back: bool, at: datetime.datetime | None = None) -> Sheet | None:
    """Say whether something ties `by` to this candidate. Without a tie the sheet opens; with one there is none.

    Saying it again changes nothing. Raises NotPossible before or after the interviews.
    """
    at = at or timezone.now()
    with transaction.atomic():
        procedure = Procedure.objects.select_for_update().get(pk=candidate.procedure_id)
        if procedure.state != Procedure.State.INTERVIEWS:
            raise NotPossible(_("Scoring has not begun, or is over."))
        member = PanelMember.objects.get(procedure=procedure, person=by)
        said, _new = Declaration.objects.get_or_create(
            member=member, candidate=candidate, defaults={"stands_back": stands_back, "declared_at": at}
        )
        if said.stands_back:
            _done_if_all_in(procedure, by, at)
            return None
        version = procedure.versions.order_by("-number")[0]
        sheet, is_new = Sheet.objects.get_or_create(member=member, candidate=candidate, defaults={"version": version})
        if is_new:
            Answer.objects.bulk_create(Answer(sheet=sheet, criterion=one.key) for one in version.criteria)
    return sheet


def write(answer: Answer, content: Content, *, version: int, by: User, at: datetime.datetime | None = None) -> None:
    """Keep what the rater wrote. Raises EditedElsewhere when `version` is not the newest, NotPossible once handed in.

    The first score of a procedure locks what it asks.
    """
    at = at or timezone.now()
    _require_own(answer.sheet, by)
    with transaction.atomic():
        same = Answer.objects.filter(pk=answer.pk, version=version, sheet__state=Sheet.State.OPEN)
        if not same.update(version=F("version") + 1, **vars(content)):
            current = Answer.objects.select_related("sheet").get(pk=answer.pk)
            if not current.sheet.is_open:
                raise NotPossible(_("This sheet is handed in. Nothing in it changes any more."))
            raise EditedElsewhere(current)
        if content.score is not None:
            procedure = Procedure.objects.filter(pk=answer.sheet.candidate.procedure_id, locked_at=None)
            procedure.update(locked_at=at)


def submit(sheet: Sheet, *, by: User, at: datetime.datetime | None = None) -> None:
    """Hand it in, for good. Raises NotPossible while something is missing. Doing it again changes nothing."""
    at = at or timezone.now()
    _require_own(sheet, by)
    with transaction.atomic():
        procedure = Procedure.objects.select_for_update().get(pk=sheet.candidate.procedure_id)
        current = Sheet.objects.select_for_update().select_related("version").get(pk=sheet.pk)
        if not current.is_open:
            return
        if rules.missing(current):
            raise NotPossible(_("Something is still missing; it stands beside the questions below."))
        Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.SUBMITTED, submitted_at=at)
        facts = {"procedure": procedure.code, "sheet": sheet.code}
        audit.record(audit.SHEET_SUBMITTED, by=by, at=at, facts=facts, chain=chain_of(procedure))
        _done_if_all_in(procedure, by, at)


def _done_if_all_in(procedure: Procedure, person: User, at: datetime.datetime) -> None:
    if rules.all_mine_in(person, procedure):
        today.done(procedure.code, kind="selection.score", to=person, at=at)


def _require_own(sheet: Sheet, by: User) -> None:
    if sheet.member.person_id != by.pk:
        raise ValueError("only the rater writes on a sheet")
