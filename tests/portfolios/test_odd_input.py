"""What no page of ours sends, or nobody means: said in words or taken as not asked, never a crash."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Grant, ToDo
from portfolios.models import Certificate, Comment, Lesson, ProfileProduct, SwotItem, Week
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NUL, MANY_DIGITS = "a\0b", "9" * 5000  # more digits than Python reads as a number
FIRST_DAY = "0001-01-01"


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


@pytest.mark.parametrize("odd", [NUL, MANY_DIGITS, "😀" * 90, "-1", "<b>'\"", "x" * 5000])
def test_odd_words_in_an_address_are_as_if_not_asked(cast, sign_in, odd):
    goal = factories.goal(cast.portfolio)
    factories.experience(cast.noor, "Nacht", into=cast.experiences)
    noor = sign_in(cast.noor)
    names = ("page", "second", "q", "who", "what", "by", "quarter", "draft", "kind", "since", "competency", "list")
    pages = [url(name) for name in ("readings", "share", "sharing", "timeline", "line_add", "goal_new", "drafts")]
    for page in (*pages, url("evidence", goal.code), url("section", cast.experiences.code)):
        assert noor.get(page, dict.fromkeys(names, odd)).status_code == 200, page
    assert noor.get(url("share_by_link"), {"what": odd}).status_code in (200, 302)  # to a fresh code first


@pytest.mark.parametrize("odd", [NUL, MANY_DIGITS, "", "x" * 5000])
def test_odd_codes_and_numbers_that_are_sent_name_nothing(cast, sign_in, odd):
    goal, noor = factories.goal(cast.portfolio), sign_in(cast.noor)
    for page, field in (
        (url("evidence", goal.code), "item"),
        (url("framework"), "number"),
        (url("template_adopt"), "number"),
    ):
        assert noor.post(page, {field: odd}).status_code == 404, page
    sent = {"what": [odd], "who": cast.joris.code, "purpose": "guidance", "term": "quarter", "confirm": ""}
    assert noor.post(url("share"), sent).status_code == 422 and not Grant.objects.exists()


def test_a_day_of_long_before_anybody_is_asked_about(cast, sign_in):
    """Also because sixty days before the first day there is none."""
    factories.standard_section(cast.portfolio, "education")
    profile, noor = factories.profile(cast.portfolio), sign_in(cast.noor)
    paper = {"title": "BLS", "issuer": "Duinhof", "is_minded": "on"}
    forms = {
        url("certificate_new"): paper | {"issued_on": FIRST_DAY, "valid_until": FIRST_DAY},
        url("lesson_new"): {"title": "Les", "kind": "theme", "followed_on": FIRST_DAY},
        url("week_log"): {"day": FIRST_DAY, "work": "1", "growth": "1"},
        url("product_new", profile.code): {"title": "Les", "made_on": FIRST_DAY, "contribution": "Alles"},
        url("experience_new"): {"title": "Nacht", "happened_on": FIRST_DAY},
    }
    for page, form in forms.items():
        answer = noor.post(page, form)
        assert answer.status_code == 422 and "Kijk het jaar na" in answer.content.decode(), page
    for model in (Certificate, Lesson, Week, ProfileProduct):
        assert not model.objects.exists()
    answer = noor.post(url("certificate_new"), paper | {"issued_on": "1950-01-01", "valid_until": "9999-12-31"})
    assert answer.status_code == 302 and ToDo.objects.filter(done_at=None).count() == 1


def test_a_goal_for_the_last_day_there_is(cast, sign_in):
    answer = sign_in(cast.noor).post(url("goal_new"), {"what": "Wijs worden", "target_on": "9999-12-31"})
    assert sign_in(cast.noor).get(answer.url).status_code == 200


# --- Lists with more than a page --------------------------------------------------------------


def test_an_answer_that_is_too_long_stays_where_it_was_typed(cast, sign_in):
    """Also on the second page of comments."""
    factories.grant(cast.plan, cast.joris, right="comment")
    piece, now = cast.plan.shareable, timezone.now()
    facts = {"piece": piece, "author": cast.joris, "written_at": now}
    said = Comment.objects.bulk_create(Comment(text=f"Nummer {number}", **facts) for number in range(21))[-1]
    noor, here = sign_in(cast.noor), url("comments", cast.plan.code)
    page = noor.get(here, {"page": 2}).content.decode()
    to = f"{url('comment_answer', said.code)}?page=2"
    assert f'action="{to}"' in page and f'action="{url("comment_hide", said.code)}?page=2"' in page
    answer = noor.post(to, {"text": "Een lang antwoord. " * 300})
    assert answer.status_code == 422 and "Een lang antwoord. Een lang antwoord." in answer.content.decode()
    assert noor.post(to, {"text": "Dank"}).url == f"{here}?page=2#c-{said.code}"


def test_two_lists_on_one_page_are_leafed_through_apart(cast, sign_in):
    section, on = factories.standard_section(cast.portfolio, "education"), timezone.localdate()
    facts = {"section": section, "kind": "theme", "followed_on": on}
    Lesson.objects.bulk_create(Lesson(title=f"Les {number:02}", **facts) for number in range(41))
    facts = {"section": section, "issuer": "Duinhof", "issued_on": on}
    Certificate.objects.bulk_create(Certificate(title=f"Bewijs {number:02}", **facts) for number in range(41))
    answer = sign_in(cast.noor).get(url("section", section.code), {"page": 3})
    assert [one.title for one in answer.context["lessons"]] == ["Les 00"]
    assert "Bewijs 40" in answer.content.decode() and "?page=3&amp;second=2" in answer.content.decode()
    goals = [factories.goal(cast.portfolio, f"Doel {number:02}") for number in range(21)]
    items = [factories.experience(cast.noor, f"Ding {number:02}", into=cast.experiences) for number in range(21)]
    for one in (*goals, *items):
        factories.grant(one, cast.joris)
    answer = sign_in(cast.joris).get(url("shared_by", cast.noor.code), {"page": 2})
    assert [one.title for one in answer.context["page"]] == ["Ding 00"]
    assert answer.context["goals"].number == 1 and "?page=2&amp;second=2" in answer.content.decode()


def test_one_line_that_points_at_a_patient_gets_the_note_too(cast, sign_in):
    noor, note = sign_in(cast.noor), "er lijkt de naam van een persoon in te staan"
    for name, form in (
        ("experience_new", {"title": "Nacht met mw. Jansen", "happened_on": timezone.localdate().isoformat()}),
        ("line_add", {"list": "strength", "text": "Rustig bij dhr. Pieters"}),
    ):
        assert note in noor.post(url(name), form, follow=True).content.decode(), name
    line = SwotItem.objects.get()
    assert note in noor.post(url("line_edit", line.code), {"text": "Bij mw. Jansen"}, follow=True).content.decode()
    assert note not in noor.post(url("line_edit", line.code), {"text": "Rustig"}, follow=True).content.decode()
