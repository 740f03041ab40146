"""One item, many uses: links are no copies and grant nothing (P3)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portfolios.actions import evidence, plan
from portfolios.models import EvidenceLink, Experience
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


def test_goals_are_chosen_where_an_experience_is_written_and_stay_one_item(cast, sign_in):
    first, second = factories.goal(cast.portfolio, "Eerder bellen"), factories.goal(cast.portfolio, "Nee zeggen")
    noor, form = sign_in(cast.noor), {"title": "Overdracht", "happened_on": timezone.localdate().isoformat()}
    noor.post(url("experience_new"), form | {"targets": [first.pk, second.pk]})
    item = Experience.objects.get()
    assert {link.target_id for link in EvidenceLink.objects.filter(item=item.pk)} == {first.pk, second.pk}
    for goal in (first, second):
        assert "Overdracht" in noor.get(url("goal", goal.code)).content.decode()
    assert "Eerder bellen" in noor.get(url("experience", item.code)).content.decode()
    page = noor.get(url("experience_edit", item.code))
    assert set(page.context["form"]["targets"].value()) == {first.pk, second.pk}
    noor.post(url("experience_edit", item.code), form | {"version": 1, "targets": [second.pk]})
    assert [link.target_id for link in EvidenceLink.objects.all()] == [second.pk]
    assert Experience.objects.count() == 1


def test_of_many_goals_a_page_is_shown_with_the_way_to_the_rest(cast, sign_in):
    item, reader = factories.experience(cast.noor, "Overdracht", into=cast.experiences), cast.joris
    factories.grant(item, reader)
    goals = [factories.goal(cast.portfolio, f"Doel {number:02}") for number in range(21)]
    profile = factories.profile(cast.portfolio)
    for target in (profile, *goals):
        evidence.link(item.shareable, target.shareable, by=cast.noor)
    noor, here = sign_in(cast.noor), url("experience", item.code)
    first, second = noor.get(here), noor.get(here, {"page": 2})
    assert [str(one.target) for one in first.context["shows"]] == [f"Doel {number:02}" for number in range(20)]
    assert "?page=2" in first.content.decode() and "Doel 20" not in first.content.decode()
    assert [str(one.target) for one in second.context["shows"]] == ["Doel 20", profile.title]
    factories.grant(goals[20], reader)
    seen = sign_in(reader).get(here)
    assert [str(one.target) for one in seen.context["shows"]] == ["Doel 20"], "none that the reader does not see"


def test_a_goal_that_is_over_stays_linked_when_the_experience_is_changed(cast, sign_in):
    goal, item = factories.goal(cast.portfolio), factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    evidence.link(item.shareable, goal.shareable, by=cast.noor)
    plan.reach(goal, by=cast.noor)
    form = {"title": "Overdracht", "happened_on": timezone.localdate().isoformat(), "version": 1, "targets": [goal.pk]}
    assert sign_in(cast.noor).post(url("experience_edit", item.code), form).status_code == 302
    assert EvidenceLink.objects.filter(item=item.pk, target=goal.pk).exists()


def test_linking_and_unlinking_from_the_goal(cast, sign_in):
    goal = factories.goal(cast.portfolio)
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    factories.experience(cast.noor, "Slecht nieuws", into=cast.experiences)
    noor, here = sign_in(cast.noor), url("evidence", goal.code)
    found = noor.get(here, {"q": "overd"}).content.decode()
    assert "Overdracht" in found and "Slecht nieuws" not in found
    for _ in range(2):
        noor.post(here, {"item": item.code, "link": ""})
    assert EvidenceLink.objects.count() == 1
    noor.post(here, {"item": item.code, "unlink": ""})
    assert not EvidenceLink.objects.exists() and Experience.objects.count() == 2


def test_a_profile_takes_evidence_on_the_same_page_as_a_goal(cast, sign_in):
    profile, goal = factories.profile(cast.portfolio), factories.goal(cast.portfolio, "Eerder bellen")
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    noor, here = sign_in(cast.noor), url("evidence", profile.code)
    assert here in noor.get(url("profile", profile.code)).content.decode()
    page = noor.get(here).content.decode()
    assert "“Onderzoek”" in page and "Overdracht" in page and url("profile", profile.code) in page
    noor.post(here, {"item": item.code, "link": ""})
    noor.post(url("evidence", goal.code), {"item": item.code, "link": ""})
    assert "Overdracht" in noor.get(url("profile", profile.code)).content.decode()
    shown = noor.get(url("experience", item.code)).content.decode()
    assert url("profile", profile.code) in shown and url("goal", goal.code) in shown
    assert shown.index("Eerder bellen") < shown.index("Onderzoek"), "goals first"
    noor.post(here, {"item": item.code, "unlink": ""})
    assert [link.target_id for link in EvidenceLink.objects.all()] == [goal.pk]
    for other in (item, cast.experiences):
        assert noor.get(url("evidence", other.code)).status_code == 404


def test_a_profile_is_chosen_where_an_experience_is_written(cast, sign_in):
    profile, goal = factories.profile(cast.portfolio), factories.goal(cast.portfolio, "Eerder bellen")
    foreign = factories.profile(factories.portfolio(cast.teun))
    noor, form = sign_in(cast.noor), {"title": "Overdracht", "happened_on": timezone.localdate().isoformat()}
    offered = noor.get(url("experience_new")).context["form"].fields["targets"].choices
    assert offered == [("Doelen", [(goal.pk, "Eerder bellen")]), ("Profielen", [(profile.pk, "Onderzoek")])]
    assert noor.post(url("experience_new"), form | {"targets": [foreign.pk]}).status_code == 422
    noor.post(url("experience_new"), form | {"targets": [goal.pk, profile.pk]})
    item = Experience.objects.get()
    assert {link.target_id for link in EvidenceLink.objects.filter(item=item.pk)} == {goal.pk, profile.pk}
    noor.post(url("experience_edit", item.code), form | {"version": 1, "targets": [profile.pk]})
    assert [link.target_id for link in EvidenceLink.objects.all()] == [profile.pk]
    assert not Experience.objects.not_linked().exists()


def test_a_profile_with_evidence_is_not_dropped(cast, sign_in):
    profile, item = factories.profile(cast.portfolio), factories.experience(cast.noor, into=cast.experiences)
    evidence.link(item.shareable, profile.shareable, by=cast.noor)
    assert sign_in(cast.noor).post(url("profile_drop", profile.code)).status_code == 403
    evidence.unlink(item.shareable, profile.shareable, by=cast.noor)
    assert sign_in(cast.noor).post(url("profile_drop", profile.code)).status_code == 302


def test_a_link_with_a_profile_shows_nobody_the_other_end(cast, sign_in):
    profile = factories.profile(cast.portfolio)
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    evidence.link(item.shareable, profile.shareable, by=cast.noor)
    factories.grant(profile, cast.joris)
    factories.grant(item, cast.amina)
    joris, amina = sign_in(cast.joris), sign_in(cast.amina)
    page = joris.get(url("profile", profile.code)).content.decode()
    assert "Onderzoek" in page and "Overdracht" not in page and item.code not in page and "evidence" not in page
    assert joris.get(url("evidence", profile.code)).status_code == 403
    assert amina.get(url("evidence", profile.code)).status_code == 404
    page = amina.get(url("experience", item.code)).content.decode()
    assert "Overdracht" in page and "Onderzoek" not in page and 'id="shows"' not in page
    factories.grant(item, cast.joris)
    assert "Overdracht" in joris.get(url("profile", profile.code)).content.decode()
    assert url("profile", profile.code) in joris.get(url("experience", item.code)).content.decode()


def test_a_link_shows_nobody_the_other_end(cast, sign_in):
    goal = factories.goal(cast.portfolio, "Eerder bellen")
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    evidence.link(item.shareable, goal.shareable, by=cast.noor)
    factories.grant(goal, cast.joris)
    factories.grant(item, cast.amina)
    joris, amina = sign_in(cast.joris), sign_in(cast.amina)
    page = joris.get(url("goal", goal.code)).content.decode()
    assert "Eerder bellen" in page and "Overdracht" not in page and item.code not in page and "evidence" not in page
    page = amina.get(url("experience", item.code)).content.decode()
    assert "Overdracht" in page and "Eerder bellen" not in page and 'id="shows"' not in page
    factories.grant(item, cast.joris)
    assert "Overdracht" in joris.get(url("goal", goal.code)).content.decode()


def test_both_ends_are_of_one_owner_whoever_asks(cast):
    goal = factories.goal(cast.portfolio)
    item = factories.experience(cast.teun, "Van Teun")
    for person in (cast.noor, cast.teun):
        with pytest.raises(ValueError, match="own"):
            evidence.link(item.shareable, goal.shareable, by=person)
    mine = factories.experience(cast.noor, "Van Noor")
    link = EvidenceLink.objects.create(item=mine.shareable, target=goal.shareable, linked_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceLink.objects.create(item=item.shareable, target=goal.shareable, linked_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceLink.objects.filter(pk=link.pk).update(item=item.shareable)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceLink.objects.create(item=goal.shareable, target=goal.shareable, linked_at=timezone.now())


def test_what_is_not_linked_is_counted_and_stays(cast, sign_in):
    together = cast.portfolio.framework_version.competencies.get(key="together")
    factories.experience(cast.noor, "Los", into=cast.experiences)
    factories.experience(cast.noor, "Met competentie", into=cast.experiences, competencies=[together])
    item, goal = factories.experience(cast.noor, "Met doel"), factories.goal(cast.portfolio)
    evidence.link(item.shareable, goal.shareable, by=cast.noor)
    noor = sign_in(cast.noor)
    page = noor.get(url("timeline"), {"kind": "loose"})
    assert page.context["loose"] == 1
    assert [one["piece"].title for one in page.context["moments"]] == ["Los"]
    assert "1 ervaring is nog niet gekoppeld" in page.content.decode()
