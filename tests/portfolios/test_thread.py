"""The thread of issue 2 through the HTTP client: log, place, share, read, withdraw, gone."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Grant, Reading
from portfolios.models import Experience, Portfolio
from tests import factories

pytestmark = pytest.mark.django_db


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


def test_from_the_first_word_to_a_closed_door(cast, sign_in):
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    together = cast.portfolio.framework_version.competencies.get(key="together")
    written = {
        "title": "Overdracht",
        "happened_on": timezone.localdate().isoformat(),
        "situation": "Een volle afdeling.",
        "competencies": [together.pk],
        "place": "",
    }
    answer = noor.post(url("experience_new"), written)
    experience = Experience.objects.get()
    assert answer.url == url("experience_place", experience.code) and experience.is_draft
    assert list(experience.competencies.all()) == [together]
    assert joris.get(url("experience", experience.code)).status_code == 404

    noor.post(url("experience_place", experience.code), {"section": cast.experiences.code})
    page = noor.get(url("experience", experience.code)).content.decode()
    assert "Een volle afdeling." in page and joris.get(url("experience", experience.code)).status_code == 404

    until = timezone.localdate() + datetime.timedelta(days=10)
    choice = {
        "what": [cast.experiences.code],
        "who": cast.joris.code,
        "purpose": "guidance",
        "until": until.isoformat(),
    }
    crossing = noor.post(url("share"), choice).content.decode()
    assert "Dr. Joris Proef" in crossing and not Grant.objects.exists(), "first the sentence, then the button"
    noor.post(url("share"), choice | {"confirm": ""})
    grant = Grant.objects.get()
    assert timezone.localtime(grant.expires_at).date() == until + datetime.timedelta(days=1)

    read = joris.get(url("experience", experience.code))
    assert "Een volle afdeling." in read.content.decode()
    assert [(r.reader, r.shareable_id, r.source) for r in Reading.objects.all()] == [
        (cast.joris, experience.pk, grant.source)
    ]
    assert "Dr. Joris Proef" in noor.get(url("readings")).content.decode()

    noor.post(url("withdraw", grant.source, cast.experiences.code))
    for name, code in (
        ("experience", experience.code),
        ("section", cast.experiences.code),
        ("shared_by", cast.noor.code),
    ):
        closed = joris.get(url(name, code))
        assert closed.status_code == 404 and "Een volle afdeling." not in closed.content.decode()
    assert Reading.objects.count() == 1


def test_each_button_names_who_will_read_along(cast, sign_in):
    factories.grant(cast.plan, cast.joris)
    draft = factories.experience(cast.noor, "Nieuw")
    page = sign_in(cast.noor).get(url("experience_place", draft.code)).content.decode()
    plan, experiences = page.index("Ontwikkelplan"), page.index("Ervaringen")
    assert page.index("dr. Proef", plan) > plan
    assert "dr. Proef" not in page[experiences:plan]


def test_a_reader_may_see_but_not_change(cast, sign_in):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    factories.grant(cast.experiences, cast.joris)
    joris = sign_in(cast.joris)
    for name in ("experience_edit", "experience_place", "experience_remove"):
        for answer in (
            joris.get(url(name, item.code)),
            joris.post(url(name, item.code), {"title": "Anders", "section": cast.plan.code}),
        ):
            assert answer.status_code == 403
    assert joris.post(url("section_edit", cast.experiences.code), {"text": "x", "version": 1}).status_code == 403
    item.refresh_from_db()
    assert item.section_id == cast.experiences.pk and item.shareable.title == "Overdracht"


def test_two_tabs_lose_nothing(cast, sign_in):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    noor = sign_in(cast.noor)
    form = {"title": "Overdracht", "happened_on": item.happened_on.isoformat(), "version": item.version}
    assert noor.post(url("experience_edit", item.code), form | {"situation": "Uit de eerste tab"}).status_code == 302
    clash = noor.post(url("experience_edit", item.code), form | {"situation": "Uit de tweede tab"})
    assert clash.status_code == 409
    page = clash.content.decode()
    assert "Uit de eerste tab" in page and "Uit de tweede tab" in page
    item.refresh_from_db()
    assert item.situation == "Uit de eerste tab"
    kept = form | {"situation": "Uit de tweede tab", "version": item.version}
    assert noor.post(url("experience_edit", item.code), kept).status_code == 302
    item.refresh_from_db()
    assert item.situation == "Uit de tweede tab"


def test_two_tabs_on_a_section(cast, sign_in):
    noor = sign_in(cast.noor)
    noor.post(url("section_edit", cast.about.code), {"text": "Eerst", "version": 1})
    clash = noor.post(url("section_edit", cast.about.code), {"text": "Daarna", "version": 1})
    assert clash.status_code == 409
    assert "Eerst" in clash.content.decode() and "Daarna" in clash.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "title"),
        ({"happened_on": ""}, "happened_on"),
        ({"happened_on": "31-02-2026"}, "happened_on"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"happened_on": "1066-10-14"}, "happened_on"),
    ],
)
def test_bad_input_keeps_the_text_and_says_what_to_do(cast, sign_in, wrong, says):
    form = {"title": "Overdracht", "happened_on": "2026-01-01", "reflection": "Dit mag niet weg."} | wrong
    answer = sign_in(cast.noor).post(url("experience_new"), form)
    assert answer.status_code == 422 and not Experience.objects.exists()
    assert "Dit mag niet weg." in answer.content.decode()
    assert list(answer.context["form"].errors) == [says]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"what": []}, "what"),
        ({"who": ""}, "who"),
        ({"who": "else", "email": "teun@elders.example.org"}, "email"),
        ({"email": "a@b.example.org"}, "email"),
        ({"who": "else"}, "email"),
        ({"who": "else", "email": "geen adres"}, "email"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2999-01-01"}, "until"),
        ({"purpose": "fun"}, "purpose"),
    ],
)
def test_a_share_that_cannot_be_is_refused_beside_the_field(cast, sign_in, wrong, says):
    choice = {
        "what": [cast.plan.code],
        "who": cast.joris.code,
        "purpose": "guidance",
        "until": timezone.localdate().isoformat(),
    } | wrong
    answer = sign_in(cast.noor).post(url("share"), choice | {"confirm": ""})
    assert answer.status_code == 422 and not Grant.objects.exists()
    assert list(answer.context["form"].errors) == [says]


def test_a_colleague_is_found_by_address_a_stranger_is_not(cast, sign_in):
    noor = sign_in(cast.noor)
    choice = {"what": [cast.plan.code], "purpose": "feedback", "until": timezone.localdate().isoformat(), "confirm": ""}
    assert noor.post(url("share"), choice | {"who": "else", "email": cast.farah.email}).status_code == 422
    assert noor.post(url("share"), choice | {"who": "else", "email": cast.amina.email.upper()}).status_code == 302
    assert Grant.objects.get().user == cast.amina


def test_withdrawing_one_of_two_says_that_the_other_still_opens_it(cast, sign_in):
    first, second = factories.grant(cast.plan, cast.joris), factories.grant(cast.plan, cast.joris)
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    said = noor.post(url("withdraw", first.source, cast.plan.code), follow=True).content.decode()
    assert joris.get(url("section", cast.plan.code)).status_code == 200
    assert url("withdraw", second.source, cast.plan.code) in said
    noor.post(url("withdraw_all", cast.joris.code))
    assert joris.get(url("section", cast.plan.code)).status_code == 404


def test_a_section_of_ones_own_starts_private(cast, sign_in):
    for section in (cast.about, cast.plan, cast.experiences):
        factories.grant(section, cast.joris)
    sign_in(cast.noor).post(url("section_new"), {"title": "Lesgeven"})
    new = cast.portfolio.sections.get(key="")
    assert new.title == "Lesgeven" and sign_in(cast.joris).get(url("section", new.code)).status_code == 404


def test_opening_a_portfolio_twice_gives_one(cast, sign_in):
    client = sign_in(cast.teun)
    for _ in range(2):
        client.post(url("portfolio_open"))
    portfolio = Portfolio.objects.get(owner=cast.teun)
    assert portfolio.sections.count() == len(portfolio.template.sections) > 1


def test_only_a_draft_is_thrown_away(cast, sign_in):
    noor = sign_in(cast.noor)
    draft, placed = factories.experience(cast.noor), factories.experience(cast.noor, into=cast.plan)
    noor.post(url("experience_remove", draft.code))
    assert noor.post(url("experience_remove", placed.code)).status_code == 403
    assert list(Experience.objects.all()) == [placed]


def test_changing_the_date(cast, sign_in):
    grant = factories.grant(cast.plan, cast.joris)
    last = timezone.localdate() + datetime.timedelta(days=2)
    sign_in(cast.noor).post(url("term", grant.source, cast.plan.code), {"until": last.isoformat()})
    grant.refresh_from_db()
    assert timezone.localtime(grant.expires_at) == timezone.make_aware(
        datetime.datetime.combine(last + factories.DAY, datetime.time())
    )
    tomorrow_night = sign_in(cast.joris)
    assert tomorrow_night.get(url("section", cast.plan.code)).status_code == 200


def test_the_log_shows_what_others_read_of_mine_and_nothing_of_somebody_else(cast, sign_in):
    theirs = factories.experience(cast.teun, "Van Teun", into=factories.section(factories.portfolio(cast.teun)))
    mine = factories.experience(cast.noor, "Van Noor", into=cast.experiences)
    for item in (theirs, mine):
        factories.grant(item, cast.joris)
        sign_in(cast.joris).get(url("experience", item.code))
    assert Reading.objects.count() == 2
    noor = sign_in(cast.noor)
    for page in (noor.get(url("readings")), noor.get(url("sharing")), noor.get(reverse("home"))):
        assert "Van Noor" in page.content.decode() and "Van Teun" not in page.content.decode()
