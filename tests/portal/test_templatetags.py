import datetime
import re
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import django
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from portal.models import User
from portal.nav import NavItem
from portal.templatetags import portal_tags

EVENING = datetime.datetime(2027, 3, 3, 23, 42, tzinfo=datetime.UTC)  # in Amsterdam already the fourth


def render(source: str, **context: object) -> str:
    return Template("{% load portal_tags %}" + source).render(Context(context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Small things ---------------------------------------------------------------------------


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([a-z]+)"', (settings.BASE_DIR / "static/img/icons.svg").read_text()))
    sources = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    named = {name for source in sources for name in re.findall(r'(?:icon|symbol=)\s*"([a-z]+)"', source)}
    assert len(named) > 10
    assert named <= drawn


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Noor Lindewater", "NL"), ("Noor van den Berg", "NB"), ("noor", "N"), ("Jan Piet Klaas", "JK"), ("", "")],
)
def test_initials_pass_over_particles(name: str, expected: str) -> None:
    assert portal_tags.initials(name) == expected


def test_initials_of_somebody_without_a_name_come_from_the_address() -> None:
    assert portal_tags.initials(User(email="wies@example.org")) == "W"


def test_nav_current_tells_the_page_from_what_lies_under_it() -> None:
    here = NavItem("/portfolio/", "portfolio", "Portfolio", 1, current=True)
    assert render("{% nav_current item path %}", item=here, path="/portfolio/") == 'aria-current="page"'
    assert render("{% nav_current item path %}", item=here, path="/portfolio/sections/") == 'aria-current="true"'
    elsewhere = NavItem("/", "today", "Today", 0)
    assert render("{% nav_current item path %}", item=elsewhere, path="/portfolio/") == ""


def test_keep_remembers_what_a_block_says_and_escapes_once() -> None:
    assert render("{% keep said %} {{ name }} {% endkeep %}<{{ said }}>", name="a & b") == "<a &amp; b>"
    with pytest.raises(TemplateSyntaxError):
        render("{% keep %}x{% endkeep %}")


# --- Dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "zone", "day", "moment", "clock"),
    [
        ("nl", "Europe/Amsterdam", "4 maart 2027", "4 maart 2027, 0.42 uur", "0.42 uur"),
        ("en", "Europe/Amsterdam", "4 March 2027", "4 March 2027, 00:42", "00:42"),
        ("nl", "America/New_York", "3 maart 2027", "3 maart 2027, 18.42 uur", "18.42 uur"),
    ],
)
def test_dates_are_written_in_the_language_and_zone_of_the_reader(
    language: str, zone: str, day: str, moment: str, clock: str
) -> None:
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        written = render("{{ at|day }}|{{ at|moment }}|{{ at|clock }}|{{ at|iso_day }}", at=EVENING)
        assert written == f"{day}|{moment}|{clock}|{timezone.localdate(EVENING).isoformat()}"


def test_dates_of_nothing_are_empty() -> None:
    assert render("{{ at|day }}{{ at|moment }}{{ at|clock }}{{ at|near_day }}{{ at|iso_day }}", at=None) == ""


def test_one_day_is_written_in_both_languages_in_turn() -> None:
    """What is kept of a day is kept by language."""
    for language, month in (("nl", "maart"), ("en", "March"), ("nl", "maart")):
        with translation.override(language):
            assert portal_tags.day(datetime.date(2027, 3, 4)) == f"4 {month} 2027"


def test_near_day_leaves_out_the_year_only_when_it_is_this_year() -> None:
    this_year = timezone.localdate().replace(month=5, day=2)
    with translation.override("nl"):
        assert portal_tags.near_day(this_year) == "2 mei"
        assert portal_tags.near_day(this_year.replace(year=this_year.year + 1)) == f"2 mei {this_year.year + 1}"


def test_last_day_is_the_day_before_a_midnight_here() -> None:
    midnight = datetime.datetime(2027, 3, 4, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert portal_tags.last_day(midnight) == datetime.date(2027, 3, 3)
    assert portal_tags.last_day(midnight + datetime.timedelta(hours=1)) == datetime.date(2027, 3, 4)


# --- The privacy chip -----------------------------------------------------------------------

JORIS = User(pk=1, title="dr.", given_name="Joris", family_name="Maretak")
IRIS = User(pk=2, given_name="Iris", family_name="Moor")
HIDDE = User(pk=3, given_name="Hidde", family_name="Notelaar")


def grant(reader: User, month: int, day: int = 4) -> SimpleNamespace:
    ends = datetime.datetime(2099, month, day, tzinfo=ZoneInfo("Europe/Amsterdam"))
    return SimpleNamespace(user=reader, user_id=reader.pk, expires_at=ends)


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ([], ""),
        ([grant(JORIS, 3)], "dr. Maretak until 3 March 2099"),
        ([grant(JORIS, 3), grant(JORIS, 5)], "dr. Maretak until 3 May 2099"),
        ([grant(JORIS, 3), grant(IRIS, 3)], "dr. Maretak and Iris Moor until 3 March 2099"),
        ([grant(JORIS, 3), grant(IRIS, 4)], "dr. Maretak and Iris Moor, until 3 April 2099 at the latest"),
        ([grant(JORIS, 3), grant(IRIS, 3), grant(HIDDE, 3)], "dr. Maretak and 2 others until 3 March 2099"),
    ],
)
def test_chip_names_readers_and_their_last_day(grants: list[SimpleNamespace], expected: str) -> None:
    with translation.override("en"):
        assert portal_tags.chip_words(grants, None) == expected


def test_chip_says_you_to_the_reader_and_names_a_department() -> None:
    ward = SimpleNamespace(organisation=SimpleNamespace(name="Spoedplein"), expires_at=grant(JORIS, 3).expires_at)
    with translation.override("en"):
        assert portal_tags.chip_words([grant(JORIS, 3)], JORIS) == "you until 3 March 2099"
        assert portal_tags.chip_words([ward], JORIS) == "colleagues of Spoedplein until 3 March 2099"


def test_chip_is_a_lock_or_an_eye_and_a_link_where_it_leads_somewhere() -> None:
    with translation.override("en"):
        private = render("{% privacy_chip %}")
        shared = render("{% privacy_chip grants url='/who/' %}", grants=[grant(JORIS, 3)])
    assert 'data-to="me"' in private and "#lock" in private and words(private) == "only me" and "<a" not in private
    assert '<a class="privacy" data-to="shared" href="/who/">' in shared and "#eye" in shared
    assert words(shared) == "shared with: dr. Maretak until 3 March 2099"


def test_chip_of_a_signed_out_page_names_the_reader() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with translation.override("en"):
        assert "dr. Maretak" in render("{% privacy_chip grants %}", grants=[grant(JORIS, 3)], request=request)


# --- Forms ----------------------------------------------------------------------------------


class Sample(forms.Form):
    title = forms.CharField(
        label="Title", help_text="One sentence.", widget=forms.TextInput(attrs={"placeholder": "Title"})
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(label="Level", choices=[("1", "<low>"), ("2", "high")], widget=forms.RadioSelect)
    fits = forms.MultipleChoiceField(
        label="Fits",
        required=False,
        choices=[("General", [("a", "A"), ("b", "B")]), ("Lab", [("c", "C")])],
        widget=forms.CheckboxSelectMultiple,
    )
    sure = forms.BooleanField(label="Sure", help_text="Look again.")


def test_field_ties_label_hint_and_control_together() -> None:
    html = render("{% field form.title placeholder='' %}", form=Sample())
    assert '<label for="id_title">Title</label>' in html
    assert '<span class="hint" id="id_title_helptext">One sentence.</span>' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert "data-state" not in html and "aria-invalid" not in html and "placeholder" not in html


def test_field_says_what_is_wrong_beside_the_control_and_keeps_what_was_typed() -> None:
    form = Sample({"title": "", "note": '<b>"x"</b>'})
    html = render("{% field form.title %}{% field form.note %}", form=form)
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'<p class="error" id="id_title_error"><svg.*?<span>.+?</span></p>', html)
    assert "&lt;b&gt;&quot;x&quot;&lt;/b&gt;" in html and "<b>" not in html


def test_field_marks_what_may_stay_empty_except_in_a_writing_prompt() -> None:
    with translation.override("en"):
        assert "may stay empty" in render("{% field form.note %}", form=Sample())
        assert "may stay empty" not in render("{% field form.title %}", form=Sample())
        prompt = render("{% field form.note letter='S' %}", form=Sample())
    assert 'class="field prompt"' in prompt and ">S</span>" in prompt and "may stay empty" not in prompt


@pytest.mark.parametrize(
    "attrs",
    [
        {},
        {"id": "x", "required": True, "disabled": False, "rows": 2, "data-a": ""},
        {"title": "<b>\"'&</b>", "placeholder": mark_safe("a &amp; b")},
    ],
)
def test_attributes_of_a_control_are_those_of_django(attrs: dict[str, object]) -> None:
    engine = Engine(dirs=[Path(django.__file__).parent / "forms/templates"])
    usual = engine.get_template("django/forms/widgets/attrs.html").render(Context({"widget": {"attrs": attrs}}))
    assert render("{{ attrs|attributes }}", attrs=attrs) == usual


@pytest.mark.parametrize("together", [True, False])
def test_what_autosave_says_is_in_the_language_and_about_who_writes(together: bool) -> None:
    for language, said in (("nl", "Iemand anders"), ("en", "Somebody else"), ("nl", "Iemand anders")):
        with translation.override(language):
            assert (said in render("{% autosave_words together %}", together=together)) == together


def test_field_passes_attributes_and_overrides_words() -> None:
    html = render("{% field form.title label='Name' hint='Short.' class='code-input' input_mode='x' %}", form=Sample())
    assert ">Name</label>" in html and "Short." in html and "One sentence." not in html
    assert 'class="code-input"' in html and 'input-mode="x"' in html


def test_field_shows_choices_as_cards_and_several_as_picks_under_their_groups() -> None:
    form = Sample({"level": "9", "fits": ["a", "c"], "title": "x", "sure": "on"})
    html = render("{% field form.level %}{% field form.fits %}", form=form)
    assert "&lt;low&gt;" in html and "<low>" not in html
    assert html.count('class="choice"') == 2 and html.count('class="pick"') == 3
    assert 'aria-labelledby="id_fits_group0">' in html and 'id="id_fits_group1">Lab</p>' in html
    ticked = re.findall(r'<input type="checkbox" name="fits" value="(\w)"[^>]* checked', html)
    assert ticked == ["a", "c"]
    assert '<fieldset id="id_level" aria-describedby="id_level_error" data-state="error">' in html
    assert 'class="range"' in render("{% field form.level kind='range' %}", form=form)


def test_field_shows_one_tick_box_with_its_hint_and_hides_what_is_hidden() -> None:
    html = render("{% field form.sure %}", form=Sample())
    assert 'class="check"' in html and 'id="id_sure_helptext"' in html and "may stay empty" not in html
    assert (
        render("{% field form.version %}", form=Sample()).strip()
        == '<input type="hidden" name="version" id="id_version">'
    )


def test_error_summary_links_to_each_control() -> None:
    form = Sample({"title": "x"})
    form.add_error(None, "Both at once cannot be.")
    html = render("{% error_summary form %}", form=form)
    assert re.findall(r'href="#([^"]+)"', html) == ["id_level_0", "id_sure"]
    assert "Both at once cannot be." in html and 'id="errors"' in html and "autofocus" in html
    assert "autofocus" not in render("{% error_summary form focus=False %}", form=form)


def test_error_summary_is_silent_when_all_is_well() -> None:
    good = Sample({"title": "x", "level": "1", "sure": "on"})
    assert good.is_valid()
    assert render("{% error_summary form %}", form=good).strip() == ""
    assert render("{% error_summary form %}", form=Sample()).strip() == ""


# --- Components -----------------------------------------------------------------------------


def test_pagination_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/list/", {"q": "sepsis", "page": "2"})
    page = Paginator(range(30), 10).page(2)
    with translation.override("en"):
        html = render_to_string("components/pagination.html", {"page": page}, request)
    assert 'href="?q=sepsis&amp;page=1"' in html and 'href="?q=sepsis&amp;page=3"' in html
    assert "page 2 of 3" in html
    assert "hx-" not in html
    part = render_to_string("components/pagination.html", {"page": page, "part": "#rows"}, request)
    assert 'hx-get="?q=sepsis&amp;page=3"' in part and 'hx-target="#rows"' in part
    single = Paginator(range(3), 10).page(1)
    assert render_to_string("components/pagination.html", {"page": single}, request).strip() == ""


def test_line_puts_the_word_beside_the_shape() -> None:
    moments = [
        {"on": datetime.date(2027, 1, 28), "title": "Conversation"},
        {"state": "skipped", "when": "December", "title": "Meeting"},
        {"state": "turn", "title": "Sign", "url": "/sign/"},
        {"state": "coming", "on": datetime.date(2027, 4, 28), "title": "<Next>"},
    ]
    with translation.override("en"):
        html = render('{% include "components/line.html" with size="" %}', moments=moments)
    assert re.findall(r'<li(?: data-state="(\w+)")?>', html) == ["", "skipped", "turn", "coming"]
    for said in ("28 January 2027", "(skipped)", "it is your turn", "(still to come)", "&lt;Next&gt;"):
        assert said in html


@pytest.mark.parametrize("state", ["saving", "saved", "unsaved", "conflict"])
def test_save_state_is_said_in_words(state: str) -> None:
    html = render(f'{{% include "components/save.html" with state="{state}" %}}', at=EVENING)
    assert f'data-state="{state}"' in html and 'role="status"' in html and len(words(html)) > 5
