"""The demo (G15): invented people, one click to sign in, and nothing of it anywhere else."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events.demo import DATA as MEETUPS
from portal import audit, demo, demo_mail, readings
from portal.models import AuditChain, Grant, Membership, Organisation, Reading, Relation, StoredFile, ToDo, User
from portfolios import first_steps, timeshare, topics
from portfolios.documents import DATA
from portfolios.models import Experience, Portfolio, Profile, ProfileProduct, Section, Week
from surveys.models import ClosedAnswer, Survey

OWNED = (demo.DATA, DATA / "demo", MEETUPS)


@pytest.fixture
def demo_mode(settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def loaded(demo_mode: None, db: None) -> dict[str, User]:
    call_command("load_demo")
    return demo.accounts()


def as_person(key: str, **fields: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(reverse("demo_sign_in"), {"person": key, **fields})


# --- The data --------------------------------------------------------------------------------


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in texts(part)]


def files() -> list[Path]:
    return [path for folder in OWNED for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_words_are_calm_and_name_nobody_who_exists(path: Path) -> None:
    words = " ".join(texts(json.loads(path.read_text(encoding="utf-8"))))
    assert "!" not in words
    assert not re.search(r"\d{8,}|\d\d-\d\d-\d{4}|\b(mw|dhr|mevr)\.", words)  # what could be of a patient
    assert set(re.findall(r"@[\w.-]+", words)) == {f"@{d}" for d in re.findall(r"@([\w.-]+\.example\.org)\b", words)}


def test_everybody_has_words_in_both_languages_and_a_place_on_the_page() -> None:
    for person in demo.PEOPLE:
        assert set(person.role) == set(person.tries) == {"nl", "en"}
        assert person.group in demo.GROUPS
    assert {person.group for person in demo.PEOPLE} == set(demo.GROUPS)
    assert len(demo.BY_KEY) == len({person.email for person in demo.PEOPLE}) == len(demo.PEOPLE)


def test_all_who_the_parts_need_are_there() -> None:
    of: dict[str, list[str]] = {}
    for person in demo.PEOPLE:
        for role in person.roles or ["nobody"]:
            of.setdefault(role, []).append(person.key)
    assert {"noor", "teun", "pim", "fenna", "iris", "anouk", "lieve"} <= set(of["trainee"])
    least = {"candidate": 2, "rater": 3, "rapporteur": 2, "mentor": 2, "supervisor": 2, "operator": 2}
    once = "peer_mentor coach teacher coordinator director secretary chair organiser attendee administrator superuser"
    assert {role: len(of.get(role, [])) >= number for role, number in least.items()} == dict.fromkeys(least, True)
    assert [role for role in [*once.split(), "nobody"] if role not in of] == []


# --- Loading ---------------------------------------------------------------------------------


def everything() -> dict[str, list]:
    models = [*apps.get_app_config("portal").get_models(), *apps.get_app_config("portfolios").get_models()]
    models += [EmailAddress, Experience.competencies.through]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def test_loading_is_refused_outside_demo_mode(settings, db: None) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.both
def test_loading_again_adds_nothing_and_changes_nothing(loaded, django_assert_num_queries) -> None:
    before = everything()
    assert len(before["portal.User"]) == len(demo.PEOPLE) + len(before["portal.GuestLink"])
    assert len(before["portfolios.Experience"]) > 50
    with django_assert_num_queries(30):
        call_command("load_demo")
    assert everything() == before


def test_what_people_changed_stays(loaded) -> None:
    Membership.objects.filter(person=loaded["wies"]).delete()
    User.objects.filter(pk=loaded["noor"].pk).update(family_name="Anders")
    call_command("load_demo")
    assert not Membership.objects.filter(person=loaded["wies"]).exists()
    assert User.objects.get(pk=loaded["noor"].pk).family_name == "Anders"


def test_people_and_places_come_whole_or_not_at_all(demo_mode: None, db: None) -> None:
    last = demo.PEOPLE[-1]
    stranger = User.objects.create_user("vreemd@example.org")
    EmailAddress.objects.create(user=stranger, email=last.email, verified=True, primary=True)
    with pytest.raises(IntegrityError):
        call_command("load_demo")
    assert list(User.objects.values_list("email", flat=True)) == ["vreemd@example.org"]
    assert not Organisation.objects.exists()


def test_portfolios_come_whole_or_not_at_all(
    demo_mode: None, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA / "demo", tmp_path / "demo")
    fenna = json.loads((tmp_path / "demo" / "fenna.json").read_text(encoding="utf-8"))
    fenna["experiences"][-1]["competencies"] = ["nowhere"]
    (tmp_path / "demo" / "fenna.json").write_text(json.dumps(fenna), encoding="utf-8")
    monkeypatch.setattr("portfolios.demo.DATA", tmp_path)
    call_command("load_data")
    with pytest.raises(KeyError):
        call_command("load_demo")
    assert User.objects.count() == len(demo.PEOPLE)
    assert not Portfolio.objects.exists() and not Experience.objects.exists()


def test_everybody_can_ask_for_a_code_and_noor_has_a_personal_address(loaded) -> None:
    addresses = EmailAddress.objects.filter(verified=True, primary=True).values_list("email", flat=True)
    assert set(addresses) == {person.email for person in demo.PEOPLE}
    assert EmailAddress.objects.filter(user=loaded["noor"], primary=False, verified=True).count() == 1


def test_the_portfolios_hold_what_their_files_say(loaded) -> None:
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "demo").glob("*.json"))]
    assert Portfolio.objects.count() == len(documents)
    for document in documents:
        owner = loaded[document["owner"]]
        rows = Experience.objects.filter(shareable__owner=owner)
        drafts = [row["title"] for row in document["experiences"] if not row["section"]]
        assert 3 <= rows.count() == len(document["experiences"]) <= 14
        assert sorted(row.title for row in rows.drafts().select_related("shareable")) == sorted(drafts)
        assert owner.portfolio.framework_version.framework_id == document["framework"]
    assert not Section.objects.filter(text__contains="{").exists()  # every day from now became a date


@pytest.mark.parametrize("day", ["2027-01-01", "2027-02-14", "2027-03-31", "2027-07-05"])
def test_noor_has_profiles_education_and_weeks_that_are_a_topic_on_whatever_day_it_is(
    demo_mode: None, db: None, time_machine: Any, day: str
) -> None:
    time_machine.move_to(f"{day}T12:00:00+00:00")
    call_command("load_demo")
    noor, on = demo.accounts()["noor"], timezone.localdate()
    chosen = Profile.objects.filter(shareable__owner=noor).order_by("chosen_at")
    assert [(one.key, one.products.count()) for one in chosen] == [("quality-safety", 2), ("education", 2)]
    assert all(Experience.objects.evidence_of(one.pk).exists() for one in chosen)
    assert list(StoredFile.objects.values_list("name", "products__profile__key")) == [
        ("Kaart overdracht.png", "quality-safety")
    ]
    assert not ProfileProduct.objects.filter(made_on__gt=on).exists()
    shares = timeshare.by_quarter(Week.objects.filter(section__portfolio__owner=noor, monday__lte=on))
    assert Week.objects.count() == sum(one.weeks for one in shares) > 25, "no week that is to come"
    parts = [one.part for one in shares]
    assert parts == sorted(parts, reverse=True), "more time for development every quarter"
    assert len(topics.suggested(noor, on)) == 1
    education = Section.objects.get(portfolio__owner=noor, key="education")
    assert (education.lessons.count(), education.certificates.count()) == (5, 3)
    anouk = first_steps.of(demo.accounts()["anouk"])
    assert anouk and [step.is_done for step in anouk[1]] == [True, True, False, False]


def test_days_count_from_today(loaded) -> None:
    assert not Experience.objects.filter(happened_on__gt=timezone.localdate()).exists()
    newest = Experience.objects.filter(shareable__owner=loaded["noor"]).latest_first().first()
    assert newest is not None
    assert (timezone.localdate() - newest.happened_on).days == 2


def titles(reader: User, owner: User) -> set[str]:
    with translation.override("nl"):
        rows = Section.objects.visible_to(reader).filter(portfolio__owner=owner).select_related("shareable")
        return {section.title for section in rows}


def test_the_mentor_reads_two_sections_and_whoever_read_before_reads_nothing(loaded) -> None:
    noor = loaded["noor"]
    assert titles(loaded["joris"], noor) == {"Over mij", "Ontwikkelplan"}
    assert Grant.objects.filter(user=loaded["amina"], content_object__owner=noor, withdrawn_at__isnull=False).exists()
    assert Grant.objects.filter(
        user=loaded["farah"], content_object__owner=noor, expires_at__lt=timezone.now()
    ).exists()
    for key in ("amina", "farah", "wies", "gerben", "petra", "sjoerd", "nienke", "teun"):
        assert not Section.objects.visible_to(loaded[key]).filter(portfolio__owner=noor).exists()
        assert not Experience.objects.visible_to(loaded[key]).filter(shareable__owner=noor).exists()
    one = Experience.objects.visible_to(loaded["ilse"]).select_related("shareable")
    assert [row.title for row in one] == ["Overdracht op een te vol Spoedplein"]


def test_a_lab_supervisor_reads_the_experiences_and_no_draft(loaded) -> None:
    rows = Experience.objects.visible_to(loaded["imke"]).filter(shareable__owner=loaded["fenna"])
    assert rows.count() == Experience.objects.filter(shareable__owner=loaded["fenna"]).placed().count() == 7
    assert titles(loaded["bram"], loaded["fenna"]) == {"Ontwikkelplan"}


def test_the_former_mentor_is_former_and_every_reading_had_a_share(loaded) -> None:
    ended = Relation.objects.get(person=loaded["noor"], other=loaded["amina"])
    assert not ended.is_live()
    assert Relation.objects.get(person=loaded["noor"], other=loaded["joris"]).is_live()
    assert Reading.objects.filter(reader=loaded["joris"], shareable__owner=loaded["noor"]).count() == 4
    assert not Reading.objects.filter(source="").exists()


def test_the_logs_are_whole_and_in_order(loaded) -> None:
    readings.seal()
    assert readings.faults() == []
    chain = AuditChain.objects.get(name=audit.PLATFORM)
    assert list(audit.faults(chain)) == []
    moments = [entry.at for entry in chain.entries.exclude(verb=audit.PUBLISHED).order_by("number")]
    # Each part tells its story in order, one after the other: portfolios, then each pair that talks.
    steps_back = sum(later < earlier for earlier, later in pairwise(moments))
    assert steps_back <= 2 and len(moments) > 50


# --- The page --------------------------------------------------------------------------------


def test_the_page_shows_everybody_once_in_one_query(loaded, django_assert_num_queries) -> None:
    client = Client(headers={"accept-language": "nl"})
    with django_assert_num_queries(1):
        page = client.get(reverse("demo")).content.decode()
    for person in demo.PEOPLE:
        assert page.count(f'name="person" value="{person.key}"') == 1
        assert person.role["nl"] in page and person.tries["nl"] in page
    assert page.count("<h1") == 1


def test_the_page_speaks_english_too(loaded) -> None:
    page = Client(headers={"accept-language": "en"}).get(reverse("demo")).content.decode()
    assert "Sign in as Noor" in page
    assert demo.BY_KEY["noor"].tries["en"] in page and demo.BY_KEY["noor"].tries["nl"] not in page


def test_without_people_the_page_says_how_they_come(demo_mode: None, db: None) -> None:
    page = Client().get(reverse("demo")).content.decode()
    assert "manage.py load_demo" in page and '<form class="side"' not in page


def test_people_json_names_all_who_are_there(loaded, django_assert_num_queries) -> None:
    User.objects.filter(pk=loaded["nienke"].pk).update(email="gone@erased.invalid")
    with django_assert_num_queries(1):
        rows = Client().get(reverse("demo_people")).json()
    there = [person for person in demo.PEOPLE if person.key != "nienke"]
    assert {row["key"]: row for row in rows} == {
        p.key: {"key": p.key, "name": p.name, "email": p.email, "roles": list(p.roles)} for p in there
    }


# --- Signing in ------------------------------------------------------------------------------


def test_one_click_signs_in_everybody_and_no_second_factor_stands_in_between(loaded) -> None:
    for person in demo.PEOPLE:
        client, answer = as_person(person.key, next=reverse("search"))
        assert (answer.status_code, answer.url) == (302, reverse("search"))
        page = client.get(reverse("search"))
        assert (page.status_code, page.wsgi_request.user.email) == (200, person.email)


def test_the_session_knows_time_zone_and_language(loaded) -> None:
    client, answer = as_person("lieve")
    assert answer.url == reverse("home")
    assert client.session["time_zone"] == "Europe/Brussels"
    _client, answer = as_person("iris")
    assert answer.cookies["django_language"].value == "en"


def test_signing_in_as_another_leaves_nothing_of_the_first(loaded) -> None:
    client, _answer = as_person("noor")
    first = client.session.session_key
    client.post(reverse("demo_sign_in"), {"person": "joris"})
    assert client.session["_auth_user_id"] == str(loaded["joris"].pk)
    assert client.session.session_key != first


def test_an_unsafe_next_leads_home(loaded) -> None:
    for url in ("https://elders.example.org/", "//elders.example.org", "javascript:alert(1)", "x", ""):
        _client, answer = as_person("noor", next=url)
        assert (answer.status_code, answer.url) == (302, reverse("home"))


def test_next_travels_through_the_page(loaded) -> None:
    page = Client().get(reverse("demo"), {"next": '/search/?q="x"'}).content.decode()
    assert page.count('name="next" value="/search/?q=&quot;x&quot;"') == len(demo.PEOPLE)


def test_somebody_unknown_is_not_found(loaded) -> None:
    for key in ("", "iemand", "noor.lindewater@duinhof.example.org"):
        client, answer = as_person(key)
        assert answer.status_code == 404
        assert "_auth_user_id" not in client.session


def test_a_blocked_account_stays_closed(loaded) -> None:
    User.objects.filter(pk=loaded["wies"].pk).update(is_active=False)
    client, answer = as_person("wies")
    assert (answer.status_code, answer.url) == (302, reverse("account_inactive"))
    assert "_auth_user_id" not in client.session


def test_a_script_signs_in_with_the_cookie_of_the_page(loaded) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("demo_sign_in"), {"person": "noor"}).status_code == 403
    client.get(reverse("demo"))
    token = client.cookies["csrftoken"].value
    answer = client.post(reverse("demo_sign_in"), {"person": "noor", "csrfmiddlewaretoken": token})
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(loaded["noor"].pk))


# --- Nowhere else ----------------------------------------------------------------------------


def requests() -> list[tuple[str, str, dict]]:
    name = demo_mail.names()[0]
    pages = ["demo", "demo_people", "demo_mail", "demo_mail_json"]
    return [
        *(("get", reverse(page), {}) for page in pages),
        ("get", reverse("demo_mail_one", args=[name]), {}),
        ("post", reverse("demo_sign_in"), {"person": "noor"}),
        ("get", reverse("demo_sign_in"), {}),
    ]


def statuses(**environ: str) -> set[int]:
    client = Client()
    answers = [getattr(client, method)(url, data, **environ) for method, url, data in requests()]
    assert "_auth_user_id" not in client.session
    return {answer.status_code for answer in answers}


def test_everything_is_absent_outside_demo_mode_and_from_elsewhere(loaded, settings) -> None:
    with mail.get_connection("django.core.mail.backends.filebased.EmailBackend") as connection:
        EmailMessage("Hallo", "Een bericht.", to=["noor@example.org"], connection=connection).send()
    client = Client()
    here = [getattr(client, method)(url, data).status_code for method, url, data in requests()]
    assert here == [200, 200, 200, 200, 200, 302, 405]
    assert statuses(REMOTE_ADDR="192.0.2.7") == {404}
    assert statuses(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7") == {404}
    assert statuses(REMOTE_ADDR="127.0.0.1", HTTP_FORWARDED="for=127.0.0.1") == {404}
    settings.DEMO = False
    assert statuses() == {404}


def test_a_demo_session_is_worth_nothing_outside_demo_mode(loaded, settings) -> None:
    client, _answer = as_person("gerben")
    assert client.get(reverse("search")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("search")).status_code == 302  # to the second factor that an administrator must have


def test_the_demo_has_an_evaluation_with_its_public_figure_and_a_survey_that_asks(loaded) -> None:
    """17 of 18 is 94.4 %; the demo people are asked about placements."""
    closed = Survey.objects.get(closed_at__isnull=False)
    given = [one.answers for one in ClosedAnswer.objects.filter(survey=closed)]
    assert len(given) == 18 and sum(one["sequel"] == "yes" for one in given) == 17
    asking, with_names = Survey.objects.accepting(timezone.now()).order_by("is_named")
    noor = User.objects.get(email=demo.BY_KEY["noor"].email)
    assert asking.invitations.filter(person=noor, group="trainees", is_sent=True).exists()
    assert {one["key"] for one in asking.document["groups"]} == set(asking.invitations.values_list("group", flat=True))
    assert ToDo.objects.filter(receiver=noor, kind="surveys.fill_in").count() == 1
    answered = {row.person.given_name for row in with_names.named_answers.select_related("person")}
    assert with_names.is_named and answered == {"Teun", "Farah"}
    waiting = ToDo.objects.filter(kind="surveys.fill_in_named", done_at=None)
    assert [one.receiver for one in waiting] == [noor]
