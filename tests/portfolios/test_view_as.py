"""View as: what the owner is shown is what that reader gets, to the letter (P12)."""

import re

import pytest
from django.urls import reverse

from portal.actions import people
from portal.models import Draft, Grant, Reading, User
from portal.sharing import withdraw
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = [("shared_by", "as_reader"), ("section", "as_section"), ("experience", "as_experience")]


@pytest.fixture
def item(cast):
    """In a section that Joris reads; beside it what he does not."""
    together = cast.portfolio.framework_version.competencies.get(key="together")
    factories.section(cast.portfolio, "experiences", text="Wat ik meemaak.")
    made = factories.experience(
        cast.noor, "Overdracht", into=cast.experiences, situation="Druk.", competencies=[together]
    )
    factories.experience(cast.noor, "Geheim", into=cast.plan)
    factories.experience(cast.noor, "Nog een concept")
    factories.grant(cast.experiences, cast.joris, right="comment")
    return made


def addresses(cast, item, reader: User) -> list[tuple[str, str]]:
    """The page as the reader asks for it, and as the owner looks."""
    codes = {"shared_by": cast.noor.code, "section": cast.experiences.code, "experience": item.code}
    return [
        (
            reverse(f"portfolios:{theirs}", args=[codes[theirs]]),
            reverse(f"portfolios:{mine}", args=[reader.code, *([codes[theirs]] if theirs != "shared_by" else [])]),
        )
        for theirs, mine in PAGES
    ]


def main_part(answer) -> str:
    """What stands on the page, without where its links lead and without the owner's banner."""
    html = answer.content.decode()
    html = html[html.index("<main") : html.index("</main>")]
    html = re.sub(r'<div class="note" role="note">.*?</div></div>', "", html, flags=re.DOTALL)
    html = re.sub(r' (href|src|action)="[^"]*"', "", html)
    html = re.sub(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>', "", html)
    return re.sub(r"\s+", " ", html.replace(" disabled", ""))


def test_the_owner_sees_to_the_letter_what_the_reader_gets(cast, item, sign_in):
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    for theirs, mine in addresses(cast, item, cast.joris):
        got, shown = joris.get(theirs), noor.get(mine)
        assert got.status_code == shown.status_code == 200
        assert main_part(shown) == main_part(got)
        assert "Geheim" not in main_part(shown) and "concept" not in main_part(shown)
    assert "Druk." in main_part(shown)


def test_looking_as_somebody_is_no_reading_and_changes_nothing(cast, item, sign_in):
    noor = sign_in(cast.noor)
    Draft.objects.create(person=cast.joris, kind="comment", code=item.code, fields={"text": "Half gety"}, base={})
    for _theirs, mine in addresses(cast, item, cast.joris):
        assert "Half gety" not in noor.get(mine).content.decode()
        assert noor.post(mine).status_code == 405
    assert not Reading.objects.exists()


def test_who_no_longer_reads_gets_nothing_and_the_owner_sees_that(cast, item, sign_in):
    noor = sign_in(cast.noor)
    withdraw(Grant.objects.filter(user=cast.joris), by=cast.noor)
    for _theirs, mine in addresses(cast, item, cast.joris):
        assert noor.get(mine).status_code == 404


def test_of_two_shares_only_the_live_one_shows(cast, item, sign_in):
    noor = sign_in(cast.noor)
    factories.grant(cast.plan, cast.joris)
    withdraw(Grant.objects.filter(user=cast.joris, content_object=cast.experiences.pk), by=cast.noor)
    shown = [noor.get(mine).status_code for _theirs, mine in addresses(cast, item, cast.joris)]
    assert shown == [200, 404, 404]


def test_a_blocked_reader_gets_nothing(cast, item, sign_in):
    people.block(cast.joris, by=factories.person(is_staff=True))
    noor = sign_in(cast.noor)
    for _theirs, mine in addresses(cast, item, cast.joris):
        assert noor.get(mine).status_code == 404


def test_nobody_but_the_owner_looks_as_somebody(cast, item, sign_in):
    """Teun shares with Joris too: what Noor shares does not show under Teun's addresses, nor to Joris himself."""
    theirs = factories.section(factories.portfolio(cast.teun), "experiences", text="Van Teun.")
    factories.grant(theirs, cast.joris)
    for person in (cast.teun, cast.joris, factories.person(is_staff=True, is_superuser=True)):
        browser = sign_in(person)
        for page, mine in addresses(cast, item, cast.joris)[1:]:
            assert (person, page, browser.get(mine).status_code) == (person, page, 404)
    own = sign_in(cast.teun).get(reverse("portfolios:as_reader", args=[cast.joris.code]))
    assert "Van Teun." not in own.content.decode() and cast.experiences.code not in own.content.decode()
    assert theirs.code in own.content.decode()
