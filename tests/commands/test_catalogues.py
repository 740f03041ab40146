import polib
import pytest

from scripts import catalogues
from scripts.catalogues import Text

TEMPLATE = """
{% load i18n %}<p>It's "quoted" here: ) (</p>
{% translate "Save" %} {% translate "May" context "month" %}
  {% blocktranslate trimmed count many=total %}
    {{ many }} piece of {{ name }}
  {% plural %}
    {{ many }} pieces of {{ name }}
  {% endblocktranslate %}
{% include "x.html" with label=_("Read on") %}
{% comment %}{% translate "Not on screen" %}{% endcomment %}
"""
PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
def page(name):
    _("First " "half"); ngettext("%(n)d day", "%(n)d days", name)
    pgettext("verb", "Share"); _(name); _("")
"""


def entry(msgid: str, msgstr: str, **more: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **more)


def test_finds_the_texts_of_a_template() -> None:
    assert list(catalogues.texts_of_template(TEMPLATE)) == [
        Text(None, "Save", None),
        Text("month", "May", None),
        Text(None, "%(many)s piece of %(name)s", "%(many)s pieces of %(name)s"),
        Text(None, "Read on", None),
    ]


def test_finds_the_texts_of_python() -> None:
    assert list(catalogues.texts_of_python(PYTHON)) == [
        Text(None, "First half", None),
        Text(None, "%(n)d day", "%(n)d days"),
        Text("verb", "Share", None),
    ]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (entry("Save", "Bewaren"), None),
        (entry("100%% of %(name)s", "100%% van %(name)s"), None),
        (entry("Save", " "), "has no translation"),
        (entry("Save", "Bewaren", flags=["fuzzy"]), "is marked fuzzy"),
        (entry("Hello %(name)s", "Dag %(naam)s"), "has other places"),
        (entry("Hello %(name)s", "Dag"), "has other places"),
        (entry("From {0}", "Van {1}"), "has other places"),
        (entry("Save ", "Bewaren"), "white space"),
        (entry("a day", "", msgid_plural="%(n)d days", msgstr_plural={0: "een dag", 1: "%(n)d dagen"}), None),
        (entry("a day", "", msgid_plural="%(n)d days", msgstr_plural={0: "een dag", 1: "dagen"}), "other places"),
        (entry("a day", "", msgid_plural="%(n)d days", msgstr_plural={0: "een dag", 1: ""}), "has no translation"),
    ],
)
def test_judges_a_translation(found: polib.POEntry, fault: str | None) -> None:
    faults = list(catalogues.faults_of(found))
    assert faults == [] if fault is None else fault in faults[0]


def test_dutch_is_complete() -> None:
    assert catalogues.check("nl") == []
