"""The words on screen (look.md, Words): plain, informal, the same in both languages, and no word that blames."""

import re
from collections import Counter
from pathlib import Path

import django
import polib
import pytest
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import override

from portal.models import Organisation, Relation, Role
from portfolios.models import Experience
from scripts.catalogues import extract, faults_of, read_catalogue

NOT_IN_DUTCH = re.compile(r"\b(gebruikers?\w*|ongeldige?|objecten|object|uw|u)\b|!", re.IGNORECASE)
NOT_IN_ENGLISH = re.compile(r"\b(users?|invalid|objects?)\b|!", re.IGNORECASE)
TAG = re.compile(r"</?\w+>")
DUTCH = read_catalogue("nl")


def said(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def asked(entry: polib.POEntry) -> list[str]:
    return [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]


def found(words: re.Pattern[str], texts: list[str]) -> list[str]:
    return [text for text in texts if words.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Deze gebruiker is er niet",
        "Gebruikersnaam",
        "Ongeldige datum",
        "Kies een object",
        "Wilt u delen?",
        "Uw code",
        "Gelukt!",
    ],
)
def test_the_rule_for_dutch_sees_each_word(text: str) -> None:
    assert found(NOT_IN_DUTCH, [text])


def test_the_rule_for_dutch_leaves_ordinary_words_alone() -> None:
    assert not found(NOT_IN_DUTCH, ["Gebruik deze naam om 16.42 uur", "niet gebruikt", "een geldige code", "objectief"])


def test_no_dutch_text_has_a_forbidden_word() -> None:
    assert len(DUTCH) > 500
    assert found(NOT_IN_DUTCH, [text for entry in DUTCH for text in said(entry)]) == []


@pytest.mark.parametrize("text", ["This user left", "Invalid date", "Choose an object", "Done!"])
def test_the_rule_for_english_sees_each_word(text: str) -> None:
    assert found(NOT_IN_ENGLISH, [text])


def test_no_english_text_has_a_forbidden_word() -> None:
    texts = [part for text in extract() for part in (text.singular, text.plural or "")]
    assert len(texts) > 500
    assert found(NOT_IN_ENGLISH, texts) == []


@pytest.mark.parametrize("dutch", ["Deel met %(naam)s", "Deel", "Deel met %(name)s en %(day)s"])
def test_a_lost_or_changed_place_is_seen(dutch: str) -> None:
    assert [*faults_of(polib.POEntry(msgid="Share with %(name)s", msgstr=dutch))]


def test_every_dutch_text_has_the_places_and_tags_of_its_english() -> None:
    for entry in DUTCH:
        assert [*faults_of(entry)] == [], entry.msgid
        tags = Counter(TAG.findall(asked(entry)[-1]))
        assert Counter(TAG.findall(said(entry)[-1])) == tags, entry.msgid


def test_our_dutch_does_not_change_the_names_of_months_and_days() -> None:
    """A text of ours that is also one of Django's replaces it everywhere: "May" as a verb would rename the month."""
    theirs = Path(django.__file__).parent / "conf" / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    dutch = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(theirs))}
    with override("en"):
        names = {str(name) for name in [*MONTHS.values(), *WEEKDAYS.values()]}
    assert dutch[None, "May"] == "mei"
    assert {entry.msgid: entry.msgstr for entry in DUTCH if entry.msgid in names} == {
        entry.msgid: dutch[None, entry.msgid] for entry in DUTCH if entry.msgid in names
    }


@pytest.mark.parametrize("choices", [Role, Relation.Kind, Organisation.Kind, Experience.Kind])
def test_a_kind_stands_inside_a_sentence_and_is_told_apart(choices: type) -> None:
    """Lower case, and never two kinds with one word: an import reads roles by their Dutch words."""
    words = {entry.msgid: entry.msgstr for entry in DUTCH}
    with override("en"):
        labels = [words[str(choice.label)] for choice in choices]
    assert [label for label in labels if label[:1].isupper()] == []
    assert [label for label, times in Counter(labels).items() if times > 1] == []
