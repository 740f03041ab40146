"""A form that is sent twice, or again after going back, has one effect and loses no word (G10)."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal import sharing
from portal.models import Grant, Notification
from portfolios.actions import education, profiles
from portfolios.models import Certificate, Comment, Experience, Goal, Lesson, Rating, Section
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CODE = "a2b3c4d5e6f7"


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


def account(**fields) -> dict:
    start = '{"title": "", "situation": "", "reflection": ""}'
    day = timezone.localdate().isoformat()
    return {"code": CODE, "version": "0", "title": "Nacht", "happened_on": day, "autosave_start": start} | fields


# --- Back, changed, and sent once more ------------------------------------------------------


def test_an_experience_that_is_changed_after_going_back_has_the_new_words(cast, sign_in):
    noor = sign_in(cast.noor)
    first = noor.post(url("experience_new"), account(situation="Kort."))
    again = noor.post(url("experience_new"), account(situation="Kort.", reflection="Eerder bellen."))
    made = Experience.objects.get()
    assert (made.situation, made.reflection) == ("Kort.", "Eerder bellen.")
    assert first.url == again.url == url("experience", made.code)


def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten(cast, sign_in):
    noor = sign_in(cast.noor)
    noor.post(url("experience_new"), account(situation="Kort."))
    made = Experience.objects.get()
    noor.post(url("experience_edit", made.code), account(version="1", situation="Veel langer."))
    answer = noor.post(url("experience_new"), account(situation="Kort, met een staart."))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Kort, met een staart." in page and "Veel langer." in page
    assert Experience.objects.get().situation == "Veel langer."
    assert f'action="{url("experience_edit", made.code)}"' in page, "from here on it is changed, not made"


def test_a_goal_that_is_changed_after_going_back_has_the_new_words(cast, sign_in):
    noor, form = sign_in(cast.noor), {"code": CODE, "version": "0", "what": "Eerder bellen"}
    noor.post(url("goal_new"), form)
    answer = noor.post(url("goal_new"), form | {"what": "Eerder bellen 's nachts", "why": "Rust"})
    made = Goal.objects.select_related("shareable").get()
    assert (made.title, made.why, answer.url) == ("Eerder bellen 's nachts", "Rust", url("goal", made.code))


def test_a_comment_with_other_words_is_another_comment(cast, sign_in):
    factories.grant(cast.plan, cast.joris, right="comment")
    joris = sign_in(cast.joris)
    for text in ("Mooi", "Mooi", "Mooi, en hoe verder?"):
        joris.post(url("comments", cast.plan.code), {"text": text, "code": CODE})
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["Mooi", "Mooi, en hoe verder?"]


# --- Pressed twice ---------------------------------------------------------------------------


def test_an_answer_is_given_once(cast, sign_in):
    factories.grant(cast.plan, cast.joris, right="comment")
    sign_in(cast.joris).post(url("comments", cast.plan.code), {"text": "Mooi"})
    said, noor = Comment.objects.get(), sign_in(cast.noor)
    for text in ("Dank", "Dank", "Nog iets"):
        noor.post(url("comment_answer", said.code), {"text": text})
    assert list(said.replies.order_by("pk").values_list("text", flat=True)) == ["Dank", "Nog iets"]
    assert Notification.objects.filter(kind="portfolios.answered").count() == 2


def test_sharing_the_same_again_is_one_share_and_one_message(cast, sign_in):
    noor = sign_in(cast.noor)
    sent = {"what": [cast.plan.code, cast.plan.code], "who": cast.joris.code, "purpose": "guidance", "term": "quarter"}
    for _ in range(2):
        assert noor.post(url("share"), sent | {"confirm": ""}).status_code == 302
    assert Grant.objects.count() == 1 and Notification.objects.filter(kind="portfolios.shared").count() == 1
    noor.post(url("share"), sent | {"term": "year", "confirm": ""})
    noor.post(url("share"), sent | {"right": "comment", "confirm": ""})
    assert Grant.objects.count() == 3, "another term or right is another share"
    sharing.withdraw(Grant.objects.all(), by=cast.noor)
    noor.post(url("share"), sent | {"confirm": ""})
    assert Grant.objects.live(timezone.now()).count() == 1, "what was withdrawn can be shared again"


def test_a_section_of_that_name_is_there_already(cast, sign_in):
    noor = sign_in(cast.noor)
    addresses = {noor.post(url("section_new"), {"title": "Lesgeven"}).url for _ in range(2)}
    assert len(addresses) == 1 and Section.objects.filter(portfolio=cast.portfolio, key="").count() == 1


def test_what_became_the_same_by_a_change_stands_in_the_way_of_nothing(cast):
    section, on = factories.standard_section(cast.portfolio, "education"), timezone.localdate()
    lesson = {"kind": "theme", "title": "Les", "followed_on": on, "learned": ""}
    paper = {"title": "BLS", "issuer": "Duinhof", "issued_on": on}
    for keep, facts, one in (
        (education.keep_lesson, lesson, "lesson"),
        (education.keep_certificate, paper, "certificate"),
    ):
        keep(section, facts, by=cast.noor)
        other = keep(section, facts | {"title": "Anders"}, by=cast.noor)
        keep(section, facts, by=cast.noor, **{one: other})
        keep(section, facts, by=cast.noor)
    assert (Lesson.objects.count(), Certificate.objects.count()) == (2, 2)
    profile, made = factories.profile(cast.portfolio), {"title": "Les", "made_on": on, "contribution": "De opzet."}
    profiles.add_product(profile, **made, by=cast.noor)
    other = profiles.add_product(profile, **made | {"title": "Anders"}, by=cast.noor)
    profiles.change_product(other, **made, version=1, by=cast.noor)
    profiles.add_product(profile, **made, by=cast.noor)
    assert profile.products.count() == 2


# --- Closed between the page and the press --------------------------------------------------


class Closing:
    """Withdraws every share the moment that an action begins its transaction: after the view has looked."""

    def __init__(self) -> None:
        self.closed = False

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not self.closed:
            self.closed = True
            Grant.objects.update(withdrawn_at=timezone.now())
        return execute(sql, params, many, context)


def test_a_comment_that_comes_too_late_is_refused_in_words(cast, sign_in):
    factories.grant(cast.plan, cast.joris, right="comment")
    joris = sign_in(cast.joris)
    with connection.execute_wrapper(Closing()):
        answer = joris.post(url("comments", cast.plan.code), {"text": "Te laat"})
    assert answer.status_code == 403 and not Comment.objects.exists()


def test_levels_that_come_too_late_are_refused_in_words(cast, sign_in):
    factories.grant(factories.section(cast.portfolio, "competencies"), cast.joris, right="assess")
    joris, levels = sign_in(cast.joris), factories.section(cast.portfolio, "competencies")
    one = cast.portfolio.framework_version.competencies.first()
    with connection.execute_wrapper(Closing()):
        answer = joris.post(url("rate", levels.code), {f"c{one.pk}": "2"})
    assert answer.status_code == 403 and not Rating.objects.exists()
