"""Publishing what is asked, beginning the interviews, opening the scores (S2, S9, S10)."""

import datetime
import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, today
from portal.models import User
from selection.models import Procedure, ProcedureVersion
from selection.models.procedures import ANCHORS
from selection.rules import sheets as rules

LANGUAGES = ("nl", "en")


class NotPossible(Exception):
    """This cannot be done now; the message is for the reader of the page."""


def _moved(procedure: Procedure, to: str, **fields: Any) -> None:
    """The one gate of states."""
    if to not in Procedure.MOVES[Procedure.State(procedure.state)]:
        raise NotPossible(_("This procedure is past that step."))
    procedure.state = to
    for name, value in fields.items():
        setattr(procedure, name, value)
    procedure.save(update_fields=["state", *fields])


def _locked(procedure: Procedure) -> Procedure:
    return Procedure.objects.select_for_update().get(pk=procedure.pk)


def publish(
    procedure: Procedure, content: dict[str, Any], *, by: User, at: datetime.datetime | None = None
) -> ProcedureVersion:
    """Freeze the next version. Raises NotPossible after the first score, ValueError for content that is not whole."""
    at = at or timezone.now()
    check(content)
    with transaction.atomic():
        procedure = _locked(procedure)
        if procedure.locked_at:
            raise NotPossible(_("Somebody has scored already: what is asked and how it counts is locked."))
        if procedure.state == Procedure.State.DRAFT:
            _moved(procedure, Procedure.State.PUBLISHED)
        digest = hashlib.sha256(audit.canonical(content).encode()).hexdigest()
        version = ProcedureVersion.objects.create(
            procedure=procedure,
            number=procedure.versions.count() + 1,
            content=content,
            digest=digest,
            published_at=at,
        )
        facts = {"procedure": procedure.code, "version": version.number, "digest": digest}
        audit.record(audit.PUBLISHED, by=by, at=at, facts=facts, chain=chain_of(procedure))
    return version


def check(content: dict[str, Any]) -> None:
    """Weights are whole and together 100, every criterion has five anchors, everything is said in both languages."""
    rows = content["criteria"]
    if sum(row["weight"] for row in rows) != 100 or any(row["weight"] < 1 for row in rows):
        raise ValueError("the weights are whole numbers that add up to 100")
    if len({row["key"] for row in rows}) != len(rows):
        raise ValueError("a key occurs twice")
    for row in rows:
        if len(row["anchors"]) != len(ANCHORS):
            raise ValueError(f"{row['key']}: five anchors are wanted")
        for words in (row["names"], row["question"], *row["anchors"]):
            if not all(words.get(language) for language in LANGUAGES):
                raise ValueError(f"{row['key']}: words are missing in a language")


def begin_interviews(procedure: Procedure, *, by: User, at: datetime.datetime | None = None) -> None:
    """From now on the committee scores; each member is asked to, and reminded."""
    at = at or timezone.now()
    with transaction.atomic():
        procedure = _locked(procedure)
        _moved(procedure, Procedure.State.INTERVIEWS)
        for member in procedure.members.select_related("person"):
            today.ask(
                "selection.score",
                to=member.person,
                about=procedure.code,
                link=("selection:procedure", procedure.code),
                args={"day": procedure.interviews_on.isoformat()},
                due_on=max(procedure.interviews_on, timezone.localdate(at)),
                at=at,
            )


def reveal(procedure: Procedure, *, by: User, at: datetime.datetime | None = None) -> None:
    """Open all scores at one moment. Raises NotPossible with the reason why not yet."""
    at = at or timezone.now()
    with transaction.atomic():
        procedure = _locked(procedure)
        standing = rules.standing(by, procedure)
        if not standing.may_reveal:
            raise NotPossible(standing.reason)
        _moved(procedure, Procedure.State.REVEALED, revealed_at=at)
        audit.record(audit.SCORES_OPENED, by=by, at=at, facts={"procedure": procedure.code}, chain=chain_of(procedure))
        for member in procedure.members.exclude(person=by).select_related("person"):
            today.tell(
                "selection.revealed",
                to=member.person,
                about=procedure.code,
                link=("selection:scores", procedure.code),
                at=at,
            )


def chain_of(procedure: Procedure) -> str:
    return f"procedure {procedure.code}"
