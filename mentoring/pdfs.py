"""The signed report as a document (M4, G7)."""

import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from mentoring import rules
from mentoring.models import Conversation, State
from portal import pdf
from portal.pdf_samples import MADE_AT, Sample
from portal.templatetags.portal_tags import day

TEMPLATE = "mentoring/pdf/report.html"


def title(conversation: Conversation) -> str:
    """In the active language: what a list of documents and a file name say."""
    words = {"what": str(conversation.shareable), "day": day(conversation.held_on)}
    return _("%(what)s of %(day)s") % words


def report(conversation: Conversation) -> tuple[str, pdf.Composed]:
    """Its title and what is to be printed, in the trainee's language. Give it `whole()`."""
    language = conversation.trainee.language
    with translation.override(language):
        name = title(conversation)
        context = _context(conversation)
    made = pdf.compose(TEMPLATE, context, language=language, title=name, made_at=conversation.ended_at)
    return name, made


def _context(conversation: Conversation) -> dict[str, Any]:
    trainee, other = conversation.trainee, conversation.other
    signed = {one.person_id: one for one in conversation.signatures.all()}
    return {
        "kicker": str(conversation.shareable),
        "trainee": trainee.full_name,
        "facts": [
            (_("When"), day(conversation.held_on)),
            (_("Who"), f"{trainee.full_name}, {other.full_name}"),
            (_("Who reads this"), _("%(one)s and %(two)s, nobody else") % _names(trainee.full_name, other.full_name)),
        ],
        "heading": _("%(one)s and %(two)s") % _names(trainee.full_name, other.full_name),
        "points": [one.text for one in conversation.points.all()],
        "report": conversation.report,
        "response": conversation.response,
        "responder": rules.adds(conversation).full_name,
        "agreements": [
            {"text": one.text, "who": one.who.full_name, "until": one.until} for one in conversation.agreements.all()
        ],
        "signatures": [_signature(one.full_name, role, signed.get(one.pk)) for one, role in _parties(conversation)],
        "closed": conversation.state == State.CLOSED,
        "ended_at": conversation.ended_at,
    }


def _names(one: str, two: str) -> dict[str, str]:
    return {"one": one, "two": two}


def _parties(conversation: Conversation) -> list[tuple[Any, str]]:
    relation = conversation.track.relation
    return [(relation.person, _("trainee")), (relation.other, str(relation.get_kind_display()))]


def _signature(name: str, role: str, signed: Any) -> dict[str, Any]:
    at = signed.signed_at if signed else None
    return {"name": name, "role": role, "at": at, "how": signed.get_how_display() if signed else ""}


def samples() -> list[Sample]:
    """For the style guide and the gate; people are invented."""
    first, second = MADE_AT - datetime.timedelta(days=2), MADE_AT
    names = _names("Noor Lindewater", "Dr. Joris Maretak")
    context = {
        "kicker": _("Mentor conversation"),
        "trainee": names["one"],
        "facts": [
            (_("When"), day(first.date())),
            (_("Who"), "Noor Lindewater, Dr. Joris Maretak"),
            (_("Who reads this"), _("%(one)s and %(two)s, nobody else") % names),
        ],
        "heading": _("%(one)s and %(two)s") % names,
        "points": ["Overdracht als het druk is", "Een familiegesprek leiden"],
        "report": "We begonnen bij de overdracht.\n\nBeginnen bij de zorgen helpt.",
        "response": "Ik zie dat het korter wordt.",
        "responder": names["two"],
        "agreements": [{"text": "Een familiegesprek leiden", "who": names["one"], "until": second.date()}],
        "signatures": [
            {"name": names["one"], "role": _("trainee"), "at": first, "how": ""},
            {"name": names["two"], "role": _("mentor"), "at": second, "how": ""},
        ],
        "closed": False,
        "ended_at": second,
    }
    return [Sample(TEMPLATE, _("Report of a conversation"), context)]
