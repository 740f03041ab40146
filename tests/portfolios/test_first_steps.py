"""The first ten minutes: four small things, seen from what is there, left and taken up (P11)."""

import datetime
import re

import pytest
from django.urls import reverse

from portal import sharing
from portfolios import first_steps
from portfolios.actions import sections
from portfolios.models import Portfolio
from tests import factories

pytestmark = pytest.mark.django_db


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


def done(person) -> list[bool]:
    found = first_steps.of(person)
    assert found
    return [step.is_done for step in found[1]]


@pytest.fixture
def somebody():
    return factories.person("Nieuw")


def test_opening_a_portfolio_leads_to_the_first_steps(somebody, sign_in):
    factories.standards()
    browser = sign_in(somebody)
    assert browser.get(url("first_steps")).url == url("portfolio")
    assert browser.post(url("portfolio_open")).url == url("first_steps")
    page = browser.get(url("first_steps")).content.decode()
    bring = factories.section(Portfolio.objects.get(owner=somebody), "competencies")
    for address in (url("experience_new"), url("goal_new"), url("share"), url("section_edit", bring.code)):
        assert address in page
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.search(r"\d+ ?%|\d van (de )?4", main), "nothing is counted"


def test_each_step_is_seen_from_what_is_there(somebody):
    portfolio = factories.portfolio(somebody)
    assert done(somebody) == [False] * 4
    item = factories.experience(somebody, into=factories.section(portfolio))
    assert done(somebody) == [True, False, False, False]
    place = factories.standard_section(portfolio, "competencies")
    factories.section(portfolio, "competencies", text="Ik kan al infusen prikken.")
    assert done(somebody) == [True, True, False, False] and place.key == "competencies"
    factories.goal(portfolio)
    assert done(somebody) == [True, True, True, False]
    reader = factories.person()
    factories.grant(item, reader)
    assert done(somebody) == [True, True, True, False], "reading alone is not asking"
    factories.grant(item, reader, right=sharing.COMMENT)
    assert done(somebody) == [True] * 4


def test_what_others_do_is_not_ones_own_step(somebody):
    factories.portfolio(somebody)
    other = factories.portfolio()
    factories.goal(other)
    factories.grant(factories.experience(other.owner, into=factories.section(other)), somebody, right=sharing.COMMENT)
    assert done(somebody) == [False] * 4


def test_the_one_to_comment_on_is_filled_in(somebody, sign_in):
    item = factories.experience(somebody, into=factories.section(factories.portfolio(somebody)))
    assert f"{url('share')}?what={item.code}" in sign_in(somebody).get(url("first_steps")).content.decode()


def test_they_are_left_and_taken_up_again(somebody, sign_in):
    portfolio = factories.portfolio(somebody)
    factories.experience(somebody, into=factories.section(portfolio))
    browser, shown = sign_in(somebody), url("first_steps")
    assert shown in browser.get(url("portfolio")).content.decode()
    assert shown in browser.get("/").content.decode()
    browser.post(url("first_steps_leave"))
    assert shown not in browser.get(url("portfolio")).content.decode()
    assert shown not in browser.get("/").content.decode()
    assert shown in browser.get(url("arrange")).content.decode()
    browser.post(url("first_steps_take_up"))
    assert shown in browser.get(url("portfolio")).content.decode()


def test_only_the_owner_leaves_them(somebody):
    portfolio = factories.portfolio(somebody)
    with pytest.raises(ValueError):
        sections.leave_first_steps(portfolio, by=factories.person())
    assert Portfolio.objects.get(pk=portfolio.pk).steps_left_at is None


def test_after_three_months_the_other_pages_no_longer_lead_here(somebody, sign_in):
    portfolio = factories.portfolio(somebody)
    browser, here = sign_in(somebody), url("first_steps")
    last = portfolio.opened_at + first_steps.NEW
    assert f'href="{here}"' in browser.get(url("portfolio")).content.decode()
    assert first_steps.to_take(portfolio, last)
    assert first_steps.to_take(portfolio, last + datetime.timedelta(microseconds=1)) == []
    Portfolio.objects.filter(pk=portfolio.pk).update(opened_at=portfolio.opened_at - first_steps.NEW)
    assert f'href="{here}"' not in browser.get(url("portfolio")).content.decode()
    assert "<h1" in browser.get(here).content.decode()


def test_who_logs_experiences_finds_the_button_on_the_home_page(somebody, sign_in):
    """Before the first one the page says why one would."""
    portfolio = factories.portfolio(somebody)
    browser, new = sign_in(somebody), f'href="{url("experience_new")}"'
    before = browser.get("/").content.decode()
    assert before.count(new) == 1 and before.index('id="steps"') < before.index(new)
    factories.experience(somebody, into=factories.section(portfolio))
    after = browser.get("/").content.decode()
    assert after.count(new) == 1 and after.index(new) < after.index('class="cols"')
