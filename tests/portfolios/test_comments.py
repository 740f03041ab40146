"""Comments: between one reader and the owner, and nobody else (P14)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import erasure, sharing
from portal.models import Grant, Notification, Reading
from portal.sharing import withdraw
from portfolios.actions import comments as actions
from portfolios.models import Comment
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def url(name: str, code: str) -> str:
    return reverse(f"portfolios:{name}", args=[code])


@pytest.fixture
def item(cast):
    """Joris and Amina may comment, Teun may read."""
    made = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    for reader, right in ((cast.joris, "comment"), (cast.amina, "assess"), (cast.teun, "read")):
        factories.grant(cast.experiences, reader, right=right)
    return made


def test_a_comment_is_seen_by_who_wrote_it_and_the_owner(cast, item, sign_in):
    joris, amina, noor = sign_in(cast.joris), sign_in(cast.amina), sign_in(cast.noor)
    joris.post(url("comments", item.code), {"text": "Woord van Joris"})
    amina.post(url("comments", item.code), {"text": "Woord van Amina"})
    said = Comment.objects.get(author=cast.joris)
    noor.post(url("comment_answer", said.code), {"text": "Antwoord aan Joris"})
    for page in ("comments", "experience"):
        shown = {
            name: [word for word in ("Woord van Joris", "Woord van Amina", "Antwoord aan Joris") if word in html]
            for name, html in (
                (name, browser.get(url(page, item.code)).content.decode())
                for name, browser in (("noor", noor), ("joris", joris), ("amina", amina), ("teun", sign_in(cast.teun)))
            )
        }
        assert shown == {
            "noor": ["Woord van Joris", "Woord van Amina", "Antwoord aan Joris"],
            "joris": ["Woord van Joris", "Antwoord aan Joris"],
            "amina": ["Woord van Amina"],
            "teun": [],
        }


def test_who_may_only_read_or_sees_nothing_cannot_comment(cast, item, sign_in):
    for person, status in ((cast.teun, 403), (cast.farah, 404), (cast.noor, 403)):
        assert sign_in(person).post(url("comments", item.code), {"text": "Nee"}).status_code == status
    with pytest.raises(actions.Refused):
        actions.comment(item.shareable, "Nee", by=cast.teun)
    assert not Comment.objects.exists()


def test_both_are_told_without_a_word_of_it(cast, item):
    said = actions.comment(item.shareable, "Heel persoonlijk", by=cast.joris)
    actions.answer(said, "Ook persoonlijk", by=cast.noor)
    told = {(one.receiver, one.kind) for one in Notification.objects.exclude(kind="portfolios.shared")}
    assert told == {(cast.noor, "portfolios.commented"), (cast.joris, "portfolios.answered")}
    assert "ersoonlijk" not in "".join(str(one.args) for one in Notification.objects.all())


def test_when_the_share_ends_the_owner_keeps_it_and_the_writer_no_longer_sees_it(cast, item, sign_in):
    joris, noor = sign_in(cast.joris), sign_in(cast.noor)
    actions.comment(item.shareable, "Woord van Joris", by=cast.joris)
    withdraw(Grant.objects.filter(user=cast.joris), by=cast.noor)
    assert joris.get(url("comments", item.code)).status_code == 404
    assert not Comment.objects.visible_to(cast.joris, timezone.now()).exists()
    assert "Woord van Joris" in noor.get(url("comments", item.code)).content.decode()
    with pytest.raises(actions.Refused):
        actions.comment(item.shareable, "Nog iets", by=cast.joris)


def test_the_owner_folds_away_and_unfolds(cast, item, sign_in):
    joris, noor = sign_in(cast.joris), sign_in(cast.noor)
    said = actions.comment(item.shareable, "Woord van Joris", by=cast.joris)
    assert joris.post(url("comment_hide", said.code)).status_code == 403
    assert sign_in(cast.amina).post(url("comment_hide", said.code)).status_code == 404
    noor.post(url("comment_hide", said.code))
    for browser in (noor, joris):
        assert "Woord van Joris" not in browser.get(url("experience", item.code)).content.decode()
        assert "Woord van Joris" in browser.get(url("comments", item.code)).content.decode()
    noor.post(url("comment_show", said.code))
    assert "Woord van Joris" in noor.get(url("experience", item.code)).content.decode()


def test_sent_twice_it_is_said_once(cast, item, sign_in):
    joris = sign_in(cast.joris)
    code = joris.get(url("comments", item.code)).context["form"]["code"].value()
    for _ in range(2):
        assert joris.post(url("comments", item.code), {"text": "Eén keer", "code": code}).status_code == 302
    assert Comment.objects.count() == 1
    sign_in(cast.amina).post(url("comments", item.code), {"text": "Een ander", "code": code})
    assert Comment.objects.count() == 2, "somebody else's code is no secret that takes a comment away"


def test_what_was_typed_and_not_sent_is_kept_for_its_writer_alone(cast, item, sign_in):
    joris = sign_in(cast.joris)
    keep = reverse("draft_keep", args=["comment", item.code])
    joris.post(keep, {"text": "Half af", "autosave_base": '{"text": ""}', "autosave_revision": "0"})
    assert "Half af" in joris.get(url("comments", item.code)).content.decode()
    for person in (cast.noor, cast.amina):
        assert "Half af" not in sign_in(person).get(url("comments", item.code)).content.decode()


def test_a_section_has_comments_too_and_nothing_else_has(cast, item, sign_in):
    sign_in(cast.joris).post(url("comments", cast.experiences.code), {"text": "Over het onderdeel"})
    page = sign_in(cast.noor).get(url("section", cast.experiences.code)).content.decode()
    assert "Over het onderdeel" in page
    draft = factories.experience(cast.noor, "Concept")
    assert sign_in(cast.noor).get(url("comments", draft.code)).status_code == 404


def test_looking_at_comments_is_a_reading_of_the_piece(cast, item, sign_in):
    sign_in(cast.joris).get(url("comments", item.code))
    assert [(one.reader, one.shareable_id) for one in Reading.objects.all()] == [(cast.joris, item.pk)]


def test_comments_go_with_the_portfolio_and_stay_when_their_writer_is_erased(cast, item):
    actions.comment(item.shareable, "Woord van Joris", by=cast.joris)
    erasure.erase(cast.joris)
    assert Comment.objects.get().text == "Woord van Joris"
    erasure.erase(cast.noor)
    assert not Comment.objects.exists()


def test_what_an_owner_answers_is_no_comment_to_answer_or_hide(cast, item, sign_in):
    said = actions.comment(item.shareable, "Woord", by=cast.joris)
    answer = actions.answer(said, "Antwoord", by=cast.noor)
    noor = sign_in(cast.noor)
    for verb in ("comment_answer", "comment_hide"):
        assert noor.post(url(verb, answer.code), {"text": "Nog"}).status_code == 404
    empty = noor.post(url("comment_answer", said.code), {"text": " "})
    assert empty.status_code == 422 and Comment.objects.count() == 2
    assert sharing.may(cast.joris, sharing.COMMENT, item.shareable)


def test_of_many_answers_the_last_stand_beside_the_comment_and_all_on_a_page_of_their_own(cast, item, sign_in):
    at, joris, noor = timezone.now(), sign_in(cast.joris), sign_in(cast.noor)
    asked = actions.comment(item.shareable, "Hoe ging dat?", by=cast.joris, at=at)
    other = actions.comment(item.shareable, "Iets anders", by=cast.joris, at=at)
    for number in range(27):
        actions.answer(asked, f"Antwoord {number:02}.", by=cast.noor, at=at + number * factories.DAY.resolution)
    for page in (url("comments", item.code), url("experience", item.code)):
        html = joris.get(page).content.decode()
        assert [n for n in range(27) if f"Antwoord {n:02}." in html] == [22, 23, 24, 25, 26]
        assert html.index("Antwoord 22.") < html.index("Antwoord 26.") and html.count("?thread=") == 1
        assert f"?thread={asked.code}" in html
    for browser in (joris, noor):
        own = f"{url('comments', item.code)}?thread={asked.code}"
        last, first = (browser.get(own + more).content.decode() for more in ("", "&second=1"))
        assert [n for n in range(27) if f"Antwoord {n:02}." in last] == list(range(20, 27))
        assert [n for n in range(27) if f"Antwoord {n:02}." in first] == list(range(20))
        assert "Iets anders" not in last and other.code not in last
    sent = noor.post(f"{url('comment_answer', asked.code)}?thread={asked.code}", {"text": "Het laatste woord."})
    assert sent.url.startswith(own) and "Het laatste woord." in noor.get(sent.url).content.decode()


def test_a_thread_of_somebody_else_is_taken_as_not_asked(cast, item, sign_in):
    asked = actions.comment(item.shareable, "Hoe ging dat?", by=cast.joris)
    mine = actions.comment(item.shareable, "Woord van Amina", by=cast.amina)
    for code in (asked.code, "nonsense", ""):
        html = sign_in(cast.amina).get(f"{url('comments', item.code)}?thread={code}").content.decode()
        assert "Woord van Amina" in html and mine.code in html and "Hoe ging dat?" not in html
