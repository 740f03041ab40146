"""What the committee's pages cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from selection.actions import procedures
from selection.models import Sheet
from tests.selection import rows

QUERIES = {
    "procedures": 5,
    "procedure, before the opening": 9,
    "procedure": 9,
    "sheet": 5,
    "question": 4,
    "scores": 9,
}


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 3])
def test_each_page_asks_the_same_few_questions(cast, sign_in, many):
    at = rows.committee(cast.duinhof, candidates=many)
    for candidate in at.candidates:
        for person in rows.everybody(at):
            rows.submitted(candidate, person)
    desk = reverse("selection:procedure", args=[at.procedure.code])
    chair, asked = sign_in(at.chair), {}
    with CaptureQueriesContext(connection) as queries:
        assert chair.get(desk).context["standing"].may_reveal
    asked["procedure, before the opening"] = len(queries)
    mine = Sheet.objects.filter(member__person=at.staff).first()
    procedures.reveal(at.procedure, by=at.chair)
    browser = sign_in(at.staff)
    addresses = {
        "procedures": reverse("selection:procedures"),
        "procedure": desk,
        "sheet": reverse("selection:sheet", args=[mine.code]),
        "question": reverse("selection:question", args=[mine.code, 1]),
        "scores": reverse("selection:scores", args=[at.procedure.code]),
    }
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        asked[name] = len(queries)
    assert asked == QUERIES
    assert max(asked.values()) <= 15
