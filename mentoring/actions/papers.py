"""The signed report becomes a document that never changes. Never inside a transaction: printing takes a while."""

import datetime
import logging

from django.db import IntegrityError, transaction

from mentoring import pdfs
from mentoring.models import Conversation
from mentoring.models.conversations import FINAL
from portal import documents, pdf

log = logging.getLogger(__name__)
KIND = "conversation-report"
BATCH = 20


def freeze_reports(*, at: datetime.datetime) -> int:
    """Make the documents that are not there yet; how many. A worker that dies halfway leaves it to the next."""
    rows = Conversation.objects.whole().filter(state__in=FINAL, document=None).order_by("ended_at")[:BATCH]
    made = 0
    for conversation in rows:
        try:
            made += _freeze(conversation, at)
        except pdf.Refusal as refusal:
            log.error("The report of conversation %s was not made: %s.", conversation.code, refusal.code)
    return made


def _freeze(conversation: Conversation, at: datetime.datetime) -> int:
    title, composed = pdfs.report(conversation)
    body = pdf.make(composed.html).pdf
    try:
        with transaction.atomic():
            document = documents.freeze(
                body,
                kind=KIND,
                about=conversation.code,
                title=title,
                language=conversation.trainee.language,
                at=at,
                owner=conversation.trainee,
                text_hash=composed.text_hash,
            )
            return Conversation.objects.filter(pk=conversation.pk, document=None).update(document=document)
    except IntegrityError:  # another worker was a moment earlier
        return 0
