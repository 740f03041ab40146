"""Giving shares: rights, terms, several people at once (P12)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal import readings, sharing
from portal.models import Grant, Notification, Placement
from portal.models.sharing import Channel
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


def choice(cast, *who: str, **fields):
    return {"what": [cast.plan.code], "who": who, "purpose": "guidance", "term": "quarter"} | fields


@pytest.mark.parametrize(
    ("right", "may"),
    [("read", {"read"}), ("comment", {"read", "comment"}), ("assess", {"read", "comment", "assess"})],
)
def test_the_owner_chooses_what_the_reader_may_do(cast, sign_in, right, may):
    noor = sign_in(cast.noor)
    sentence = noor.post(url("share"), choice(cast, cast.joris.code, right=right)).content.decode()
    assert ("erop reageren" in sentence, "beoordelen," in sentence) == (right != "read", right == "assess")
    noor.post(url("share"), choice(cast, cast.joris.code, right=right, confirm=""))
    assert {one for one in sharing.RIGHTS if sharing.may(cast.joris, one, cast.plan.shareable)} == may


@pytest.mark.parametrize(("term", "days"), [("quarter", 92), ("half", 183), ("year", 365)])
def test_a_term_is_chosen_with_one_tap(cast, sign_in, term, days):
    sign_in(cast.noor).post(url("share"), choice(cast, cast.joris.code, term=term, until="nonsense", confirm=""))
    last = timezone.localtime(Grant.objects.get().expires_at - datetime.timedelta(microseconds=1)).date()
    assert last == timezone.localdate() + days * factories.DAY


def test_another_day_asks_which(cast, sign_in):
    page = sign_in(cast.noor).post(url("share"), choice(cast, cast.joris.code, term="day", confirm=""))
    assert page.status_code == 422 and "until" in page.context["form"].errors and not Grant.objects.exists()


def test_all_of_one_relation_at_once_get_a_share_each_and_who_joins_later_gets_none(cast, sign_in):
    factories.relation(cast.noor, cast.amina)
    noor = sign_in(cast.noor)
    sentence = noor.post(url("share"), choice(cast, "all-mentor")).content.decode()
    assert "Dr. Joris Proef" in sentence and "Dr. Amina Proef" in sentence
    noor.post(url("share"), choice(cast, "all-mentor", cast.joris.code, confirm=""))
    given = Grant.objects.order_by("user__given_name")
    assert [one.user for one in given] == [cast.amina, cast.joris] and len({one.source for one in given}) == 2
    assert Notification.objects.filter(kind="portfolios.shared").count() == 2
    late = factories.person("Later")
    factories.relation(cast.noor, late)
    assert not sharing.may(late, sharing.READ, cast.plan.shareable)
    noor.post(url("withdraw", given[0].source, cast.plan.code))
    assert sharing.may(cast.joris, sharing.READ, cast.plan.shareable)
    assert not sharing.may(cast.amina, sharing.READ, cast.plan.shareable)


def test_if_one_of_them_cannot_read_nobody_gets_anything(cast, sign_in):
    page = sign_in(cast.noor)
    factories.relation(cast.noor, cast.amina)
    form = page.get(url("share")).context["form"]
    assert cast.amina.code in form.people
    cast.amina.is_active = False
    cast.amina.save()
    assert page.post(url("share"), choice(cast, cast.joris.code, cast.amina.code, confirm="")).status_code == 422
    assert not Grant.objects.exists()


def test_a_supervisor_is_said_to_read_until_after_the_placement(cast, sign_in):
    ends = timezone.localdate() + 20 * factories.DAY
    Placement.objects.create(person=cast.noor, organisation=cast.duinhof, supervisor=cast.amina, ends_on=ends)
    noor, fields = sign_in(cast.noor), {"purpose": "supervision", "term": "year"}
    row = noor.post(url("share"), choice(cast, cast.amina.code, **fields)).context["form"].crossings[0]
    assert row["until"] == ends + 13 * factories.DAY
    noor.post(url("share"), choice(cast, cast.amina.code, **fields, confirm=""))
    assert timezone.localdate(Grant.objects.get().expires_at) == ends + 14 * factories.DAY
    assert "stopt met je plaatsing" in noor.get(url("sharing")).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_asking_whether_it_may_cross_asks_the_same_of_one_supervisor_and_of_three(cast, sign_in, many):
    people = [factories.person(f"Begeleider{n}") for n in range(many)]
    ends = timezone.localdate() + 20 * factories.DAY
    for one in people:
        for until in (ends, ends + 9 * factories.DAY):
            Placement.objects.create(person=cast.noor, organisation=cast.duinhof, supervisor=one, ends_on=until)
    noor, sent = sign_in(cast.noor), choice(cast, *(one.code for one in people), purpose="supervision", term="year")
    noor.post(url("share"), sent)
    with CaptureQueriesContext(connection) as asked:
        rows = noor.post(url("share"), sent).context["form"].crossings
    assert [row["until"] for row in rows] == [ends + 22 * factories.DAY] * many, "the last of two placements counts"
    assert len(asked) == 9


def test_per_section_single_pieces_stand_under_their_section_and_the_rest_is_private(cast, sign_in):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    factories.grant(item, cast.joris)
    factories.grant(cast.plan, cast.amina)
    page = sign_in(cast.noor).get(url("sharing"), {"by": "section"})
    rows = {row["section"].pk: [one.user for one in row["grants"]] for row in page.context["rows"]}
    assert rows == {cast.experiences.pk: [cast.joris], cast.plan.pk: [cast.amina]}
    others = cast.portfolio.sections.exclude(pk__in=rows).values_list("pk", flat=True)
    assert cast.about.pk in others
    assert {one.pk for one in page.context["private"]} == set(others)


def test_the_log_is_filtered_by_reader_and_by_section_with_all_in_it(cast, sign_in):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    factories.grant(cast.experiences, cast.joris)
    factories.grant(cast.plan, cast.amina)
    at = timezone.now()
    readings.note(cast.joris, [item.shareable], channel=Channel.PAGE, at=at)
    readings.note(cast.amina, [cast.plan.shareable], channel=Channel.PAGE, at=at)
    noor = sign_in(cast.noor)

    def shown(**asked):
        return {(one.reader, one.shareable_id) for one in noor.get(url("readings"), asked).context["page"]}

    everything = {(cast.joris, item.pk), (cast.amina, cast.plan.pk)}
    assert shown() == everything
    assert shown(who=cast.joris.code) == shown(what=cast.experiences.code) == {(cast.joris, item.pk)}
    assert shown(who=cast.amina.code, what=cast.experiences.code) == shown(what="nothing") == set()
