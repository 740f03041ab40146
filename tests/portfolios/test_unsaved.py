"""What was made for a profile (P9) and a question for a level (P8): what is typed is never lost (G10)."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal import drafts, erasure
from portal.models import Draft, Placement, StoredFile, ToDo
from portfolios.actions import profiles, supervision
from portfolios.models import ProfileProduct, SupervisionCard, SupervisionLevel
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CODE, OTHER = "a2b3c4d5e6f7", "b2b3c4d5e6f7"
TEXT = "Het was druk. Ik schreef de opzet. Joris keek mee."


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


def keep(browser, kind: str, code: str, fields: dict, **more):
    """As static/js/autosave.js does."""
    empty = {name: [] if isinstance(value, list) else "" for name, value in fields.items()}
    base = {"autosave_base": json.dumps(empty), "autosave_start": json.dumps(empty), "autosave_revision": 0}
    return browser.post(reverse("draft_keep", args=[kind, code]), fields | base | more)


def form(browser, address: str) -> dict:
    """What the page at this address sends back when its button is pressed."""
    page = browser.get(address)
    shown, editing = page.context["form"], page.context["editing"]
    hidden = {name: shown[name].value() for name in ("version", "code") if name in shown.fields}
    sent = {**editing.confirmed, **hidden, "autosave_start": editing.start}
    return {name: "" if value is None else value for name, value in sent.items()}


def listed(browser) -> str:
    return browser.get(reverse("drafts")).content.decode()


# --- What was made ---------------------------------------------------------------------------


@pytest.fixture
def profile(cast):
    return factories.profile(cast.portfolio)


@pytest.fixture
def product(cast, profile):
    made = {"title": "Protocol", "made_on": timezone.localdate(), "contribution": TEXT}
    return profiles.add_product(profile, **made, by=cast.noor)


def a_product(**fields) -> dict:
    return {"title": "Les", "made_on": timezone.localdate().isoformat(), "contribution": TEXT} | fields


def test_a_product_that_was_not_saved_stands_in_its_form_again(cast, profile, sign_in):
    noor, draft = sign_in(cast.noor), drafts.within(profile.code, CODE)
    assert keep(noor, "product-new", draft, a_product()).json()["revision"] == 1
    address = url("product_new", profile.code) + f"?draft={CODE}"
    assert f'href="{address}"' in listed(noor) and "Het was druk." in listed(noor)
    again = form(noor, address)
    assert (again["contribution"], again["title"], again["code"]) == (TEXT, "Les", CODE)
    assert "<textarea" in (page := noor.get(address).content.decode()) and "data-autosave" in page
    answer = noor.post(address, again)
    row = ProfileProduct.objects.get()
    assert (row.code, row.contribution, answer.url) == (CODE, TEXT, url("profile", profile.code))
    assert not Draft.objects.exists()
    assert answer.cookies[drafts.DONE_COOKIE].value == drafts.copy_name(cast.noor, "product-new", draft)


def test_two_products_begun_for_one_profile_are_two_drafts(cast, profile, sign_in):
    noor = sign_in(cast.noor)
    for code, title in ((CODE, "Les"), (OTHER, "Poster")):
        keep(noor, "product-new", drafts.within(profile.code, code), a_product(title=title))
    for code, title in ((CODE, "Les"), (OTHER, "Poster")):
        assert form(noor, url("product_new", profile.code) + f"?draft={code}")["title"] == title


def test_a_product_changed_after_going_back_has_the_new_words(cast, profile, sign_in):
    noor, new = sign_in(cast.noor), url("product_new", profile.code)
    sent = form(noor, new) | a_product()
    for text in (TEXT, TEXT + " Ik gaf hem."):
        assert noor.post(new, sent | {"contribution": text}).status_code == 302
    assert ProfileProduct.objects.get().contribution == TEXT + " Ik gaf hem."


def test_the_code_of_a_product_of_somebody_else_changes_nothing_of_theirs(cast, profile, sign_in):
    theirs = factories.profile(factories.portfolio(cast.teun))
    made = {"title": "Van Teun", "made_on": timezone.localdate(), "contribution": "Alles."}
    foreign = profiles.add_product(theirs, **made, by=cast.teun)
    answer = sign_in(cast.noor).post(url("product_new", profile.code), a_product(code=foreign.code))
    assert answer.status_code == 302 and profile.products.get().code != foreign.code
    foreign.refresh_from_db()
    assert foreign.title == "Van Teun"


def test_what_was_saved_of_a_product_elsewhere_is_woven_in_or_shown(cast, product, sign_in):
    noor, page = sign_in(cast.noor), url("product_edit", product.profile.code, product.code)
    first, second = form(noor, page), form(noor, page)
    noor.post(page, first | {"contribution": TEXT.replace("druk", "vol")})
    assert noor.post(page, second | {"contribution": TEXT + " Goed zo."}).status_code == 302
    product.refresh_from_db()
    woven = "Het was vol. Ik schreef de opzet. Joris keek mee. Goed zo."
    assert (product.contribution, product.version) == (woven, 3)
    answer = noor.post(page, second | {"contribution": TEXT.replace("druk", "<b>stil</b>")})
    body = answer.content.decode()
    assert answer.status_code == 409 and "&lt;b&gt;stil&lt;/b&gt;" in body and "Het was vol." in body
    product.refresh_from_db()
    assert product.contribution == woven, "nothing was overwritten"


def test_a_change_of_a_product_is_kept_and_goes_with_it(cast, product, sign_in):
    noor, code = sign_in(cast.noor), drafts.within(product.profile.code, product.code)
    page = url("product_edit", product.profile.code, product.code)
    keep(noor, "product", code, a_product(contribution="Half af."), version=1)
    assert f'href="{page}"' in listed(noor) and form(noor, page)["contribution"] == "Half af."
    assert product.contribution == TEXT, "a draft is not a save"
    noor.post(url("product_remove", product.profile.code, product.code))
    assert not Draft.objects.exists()


def test_a_refused_file_leaves_no_draft_and_the_words_as_they_were_saved(cast, profile, sign_in):
    noor, new = sign_in(cast.noor), url("product_new", profile.code)
    keep(noor, "product-new", drafts.within(profile.code, CODE), a_product())
    wrong = SimpleUploadedFile("p.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20)
    answer = noor.post(new, a_product(code=CODE, files=[wrong], declared="on"))
    row = ProfileProduct.objects.get()
    assert answer.status_code == 422 and f'action="{url("product_edit", profile.code, row.code)}"' in (
        answer.content.decode()
    )
    assert answer.context["form"]["version"].value() == 1 and not Draft.objects.exists()
    editing = answer.context["editing"]
    assert (editing.kind, editing.code) == ("product", drafts.within(profile.code, row.code))
    assert not {"files", "declared"} & set(editing.confirmed), "a file is in no draft"


def test_a_product_with_many_files_names_twenty_and_says_how_many(cast, product, sign_in):
    given = {"about": product.profile.shareable, "owner": cast.noor, "declared_at": timezone.now()}
    given |= {"kind": "image/jpeg", "size": 1, "width": 1, "height": 1}
    StoredFile.objects.bulk_create(
        StoredFile(name=f"{n:02}.jpg", sha256=f"{n:064}", stored_as=f"{n}", **given) for n in range(21)
    )
    product.files.add(*StoredFile.objects.all())
    page = sign_in(cast.noor).get(url("product_edit", product.profile.code, product.code)).content.decode()
    assert page.count('<li class="tag">') == 20 and "Alle 21 bestanden" in page


# --- A question for a level -------------------------------------------------------------------


@pytest.fixture
def card(cast):
    began = timezone.localdate() - 30 * factories.DAY
    cast.placement = Placement.objects.create(
        person=cast.noor, organisation=cast.duinhof, supervisor=cast.amina, starts_on=began
    )
    made = supervision.open_card(cast.placement, by=cast.noor)
    return SupervisionCard.objects.whole().get(pk=made.pk)


def a_question(cast, **fields) -> dict:
    asked = {"kind": "shift", "task": "Nachtdienst", "wanted": "3", "note": TEXT, "asked_of": str(cast.amina.pk)}
    return asked | {"evidence": []} | fields


def test_a_question_that_was_not_sent_stands_in_its_form_again(cast, card, sign_in):
    noor, draft = sign_in(cast.noor), drafts.within(card.code, CODE)
    shows = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    asked = a_question(cast, evidence=[str(shows.pk)])
    assert keep(noor, "level-new", draft, asked).status_code == 200
    assert not SupervisionLevel.objects.exists() and not ToDo.objects.exists(), "nobody is asked yet"
    address = url("level_ask", card.code) + f"?draft={CODE}"
    assert f'href="{address}"' in listed(noor)
    again = form(noor, address)
    assert {name: again[name] for name in asked} == asked and again["code"] == CODE
    page = noor.get(address).content.decode()
    assert page.count(" checked") == 4 and "data-autosave" in page, "three choices and what shows it"
    answer = noor.post(address, again)
    level = SupervisionLevel.objects.get()
    assert (level.code, level.note, level.evidence.get()) == (CODE, TEXT, shows)
    assert answer.url == url("card", card.code) and not Draft.objects.exists()


def test_the_same_question_sent_again_is_one_and_other_words_are_not_lost(cast, card, sign_in):
    noor, page = sign_in(cast.noor), url("level_ask", card.code)
    sent = a_question(cast, code=CODE)
    assert [noor.post(page, sent).status_code for _ in range(2)] == [302, 302]
    for code in (CODE, OTHER):
        answer = noor.post(page, sent | {"code": code, "note": "Heel anders."})
        assert answer.status_code == 422 and "Heel anders." in answer.content.decode()
        assert cast.amina.full_name in str(answer.context["form"].errors["task"])
    assert SupervisionLevel.objects.get().note == TEXT
    noor.post(page, sent | {"task": "Weekenddienst"})
    assert sorted(SupervisionLevel.objects.values_list("task", flat=True)) == ["Nachtdienst", "Weekenddienst"]


def test_a_question_that_was_taken_back_can_be_sent_again_from_the_same_page(cast, card, sign_in):
    noor, page = sign_in(cast.noor), url("level_ask", card.code)
    noor.post(page, a_question(cast, code=CODE))
    supervision.take_back(SupervisionLevel.objects.get(), by=cast.noor)
    noor.post(page, a_question(cast, code=CODE, note="Toch wel."))
    assert sorted(SupervisionLevel.objects.values_list("state", "note")) == [
        ("asked", "Toch wel."),
        ("taken_back", TEXT),
    ]


# --- Whose it is, and until when --------------------------------------------------------------


def test_a_draft_opens_nothing_that_is_closed(cast, card, profile, sign_in):
    """Its words stay with their writer; the page behind it is open to who may be there, and to nobody else."""
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    factories.grant(profile, cast.joris)
    keep(noor, "level-new", drafts.within(card.code, CODE), a_question(cast))
    for browser in (noor, joris):
        keep(browser, "product-new", drafts.within(profile.code, CODE), a_product())
    Placement.objects.update(ends_on=timezone.localdate())
    assert noor.get(url("level_ask", card.code) + f"?draft={CODE}").status_code == 403
    assert noor.post(url("level_ask", card.code), a_question(cast, code=CODE)).status_code == 403
    assert joris.get(url("product_new", profile.code) + f"?draft={CODE}").status_code == 403
    assert joris.get(url("level_ask", card.code) + f"?draft={CODE}").status_code == 404
    assert "Het was druk." in listed(joris), "and there can be thrown away"
    assert not SupervisionLevel.objects.exists() and not ProfileProduct.objects.exists()


@pytest.mark.parametrize("kind, code", [("product", CODE), ("goal", f"{CODE}_{OTHER}"), ("product-new", "a" * 26)])
def test_an_address_that_no_page_gives_keeps_nothing(cast, sign_in, kind, code):
    noor = sign_in(cast.noor)
    assert keep(noor, kind, code, a_product()).status_code == 404
    assert not Draft.objects.exists() and "Les" not in listed(noor)


def test_drafts_go_with_their_writer(cast, card, profile, sign_in):
    keep(sign_in(cast.noor), "product-new", drafts.within(profile.code, CODE), a_product())
    keep(sign_in(cast.noor), "level-new", drafts.within(card.code, CODE), a_question(cast))
    erasure.erase(cast.noor)
    assert not Draft.objects.exists()
