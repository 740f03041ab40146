"""What may point at a patient is found quietly (P16): a table of invented texts, and the arithmetic of the numbers."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.patient_data import Kind, is_bsn, is_rrn, kinds, signs
from portfolios.models import Experience
from tests import factories

TABLE = json.loads((Path(__file__).parent / "patient_data.json").read_text(encoding="utf-8"))
nine = st.text("0123456789", min_size=9, max_size=9)


def test_the_table_has_enough_of_both():
    assert len(TABLE) >= 60 and sum(not row["kinds"] for row in TABLE) >= 25
    assert {kind for row in TABLE for kind in row["kinds"]} == {*Kind}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["text"][:40] or "empty")
def test_each_text_says_what_it_holds(row):
    assert [str(kind) for kind in kinds(row["text"])] == row["kinds"]


@given(st.integers(0, 10**8 - 1))
def test_of_nine_digits_one_last_digit_at_most_passes_the_elf_proef(start):
    passing = [digit for digit in range(10) if is_bsn(f"{start:08}{digit}")]
    assert len(passing) <= 1


@given(nine, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_or_two_swapped_ones_no_longer_pass(digits, place, more):
    if is_bsn(digits):
        wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
        assert not is_bsn(wrong)
        swapped = digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :]
        assert swapped == digits or not is_bsn(swapped) or place == 7


@given(
    st.dates(),
    st.integers(1, 998),
    st.sampled_from([0, 20, 40]),
    st.booleans(),
)
def test_every_belgian_number_is_found_of_both_centuries_and_bis(day, serial, bis, is_new):
    body = f"{day.year % 100:02}{day.month + bis:02}{day.day:02}{serial:03}"
    number = f"{body}{97 - int(('2' if is_new else '') + body) % 97:02}"
    assert is_rrn(number)
    written = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    assert kinds(f"nummer {written} staat erop") == kinds(number) == [Kind.RRN]


@given(st.text(max_size=300))
def test_any_text_is_looked_at_and_places_do_not_overlap(text):
    found = signs(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


@pytest.mark.django_db
def test_it_is_saved_as_it_is_with_a_calm_note_and_the_note_stands_beside_the_text(cast, sign_in):
    noor = sign_in(cast.noor)
    form = {"title": "Visite", "happened_on": timezone.localdate().isoformat(), "situation": "Mw. Lindewater viel."}
    page = noor.post(reverse("portfolios:experience_new"), form, follow=True)
    made = Experience.objects.get()
    assert made.situation == "Mw. Lindewater viel."
    assert [one.level_tag for one in page.context["messages"]] == ["info", "success"]
    edit = noor.get(reverse("portfolios:experience_edit", args=[made.code])).content.decode()
    notes = {
        part.split('data-patient-note="')[1].split('"')[0]: part for part in edit.split("<p") if "patient-note" in part
    }
    assert " hidden" not in notes["id_situation"].split(">")[0] and " hidden" in notes["id_task"].split(">")[0]


@pytest.mark.django_db
def test_nothing_is_said_about_a_text_without_signs(cast, sign_in):
    form = {
        "title": "Visite",
        "happened_on": timezone.localdate().isoformat(),
        "situation": "Op 3-4-2026 was het druk.",
    }
    page = sign_in(cast.noor).post(reverse("portfolios:experience_new"), form, follow=True)
    assert [one.level_tag for one in page.context["messages"]] == ["success"]


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["section", "comment"])
def test_sections_and_comments_are_looked_at_too(cast, sign_in, where):
    factories.grant(cast.about, cast.joris, right="comment")
    if where == "section":
        address, data = reverse("portfolios:section_edit", args=[cast.about.code]), {"version": cast.about.version}
        browser = sign_in(cast.noor)
    else:
        address, data = reverse("portfolios:comments", args=[cast.about.code]), {}
        browser = sign_in(cast.joris)
    page = browser.post(address, data | {"text": "BSN 123456782"}, follow=True)
    assert [one.level_tag for one in page.context["messages"]].count("info") == 1
