"""What the database keeps together: a week and its Monday, an answer and its comment, a piece and its section."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.models import Shareable
from portfolios.actions import comments
from portfolios.models import Comment, Experience, Goal, Profile, Week
from tests import factories
from tests.factories import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def refused(act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_a_week_begins_on_a_monday_whoever_writes_it(cast):
    section, today = factories.standard_section(cast.portfolio, "education"), timezone.localdate()
    monday = today - today.weekday() * DAY
    facts = {"section": section, "work": 36, "growth": 4}
    for days in range(1, 7):
        refused(lambda day=monday + days * DAY: Week.objects.create(monday=day, **facts))
    made = Week.objects.create(monday=monday, **facts)
    refused(lambda: Week.objects.filter(pk=made.pk).update(monday=monday - DAY))
    Week.objects.filter(pk=made.pk).update(monday=monday - 7 * DAY)


def test_an_answer_is_on_the_piece_of_its_comment(cast):
    here = factories.experience(cast.noor, into=cast.experiences)
    there = factories.experience(cast.noor, into=cast.experiences)
    facts = {"written_at": timezone.now(), "text": "Ja"}
    first, other = (
        Comment.objects.create(piece=piece.shareable, author=cast.joris, **facts) for piece in (here, there)
    )
    answer = {"author": cast.noor, "answers": first, **facts}
    refused(lambda: Comment.objects.create(piece=there.shareable, **answer))
    made = Comment.objects.create(piece=here.shareable, **answer)
    refused(lambda: Comment.objects.filter(pk=made.pk).update(answers=other))
    for row in (first, made):  # with or without its answer
        refused(lambda row=row: Comment.objects.filter(pk=row.pk).update(piece=there.shareable))
    assert comments.answer(other, "Dank", by=cast.noor).piece_id == there.pk


def test_a_piece_lies_in_the_section_that_it_is_filed_under(cast):
    profiles = factories.standard_section(cast.portfolio, "profiles")
    item = factories.experience(cast.noor, into=cast.experiences)
    goal, profile = factories.goal(cast.portfolio), factories.profile(cast.portfolio)
    refused(lambda: Experience.objects.filter(pk=item.pk).update(section=cast.plan))
    refused(lambda: Experience.objects.filter(pk=item.pk).update(section=None))
    refused(lambda: Goal.objects.filter(pk=goal.pk).update(section=profiles))
    refused(lambda: Profile.objects.filter(pk=profile.pk).update(section=cast.plan))
    loose = Shareable.objects.create(kind="draft", owner=cast.noor)
    filed = Shareable.objects.create(kind="item", owner=cast.noor, parent=cast.plan.shareable)
    for row, section in ((loose, cast.plan), (filed, cast.experiences), (filed, None)):
        facts = {"shareable": row, "section": section, "happened_on": timezone.localdate()}
        refused(lambda facts=facts: Experience.objects.create(**facts))
    refused(lambda: Goal.objects.create(shareable=filed, section=cast.experiences, created_at=timezone.now()))
    Experience.objects.create(shareable=filed, section=cast.plan, happened_on=timezone.localdate())
    Experience.objects.filter(pk=item.pk).update(kind="work")
