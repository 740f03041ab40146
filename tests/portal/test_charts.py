"""Drawings: whatever the figures and the words are, the SVG is whole, inside its box, and says what it shows."""

import math
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from portal import pdf_samples
from portal.charts import (
    Answers,
    Axis,
    Bar,
    Bars,
    Course,
    Diverging,
    Gaps,
    InRows,
    Levels,
    Moment,
    Part,
    Radar,
    Ranked,
    RankIntervals,
    Ring,
    Table,
    Track,
)
from portal.charts.table import percentage, shown

SVG = "{http://www.w3.org/2000/svg}"
SAMPLES = pdf_samples.charts()
figures = st.one_of(st.floats(), st.integers(-3, 9).map(float))  # no number at all, and without end, too
values = st.none() | figures
words = st.text(max_size=60)
counts = st.integers(-3, 10**9)
CHARTS = st.one_of(
    st.builds(Radar, words, st.lists(st.builds(Axis, words, values, values), max_size=12), st.integers(1, 10)),
    st.builds(
        Levels,
        words,
        st.lists(words, max_size=8),
        st.lists(st.builds(Track, words, st.lists(values, max_size=8), st.lists(values, max_size=8)), max_size=7),
        st.integers(1, 10),
        st.integers(1, 3),
    ),
    st.builds(Ring, words, words, figures, figures, words, st.none() | st.tuples(figures, figures)),
    st.builds(Bars, words, st.lists(st.builds(Bar, words, counts, st.none() | counts), max_size=6)),
    st.integers(2, 5).flatmap(
        lambda steps: st.builds(
            Diverging,
            words,
            st.lists(words, min_size=steps, max_size=steps),
            st.lists(
                st.tuples(
                    words,
                    st.lists(
                        st.builds(Answers, words, st.none() | st.lists(counts, min_size=steps, max_size=steps)),
                        max_size=3,
                    ),
                ),
                max_size=3,
            ),
        )
    ),
    st.builds(
        Gaps,
        words,
        st.lists(words, max_size=5),
        st.lists(
            st.tuples(words, st.lists(st.none() | st.builds(Part, counts, counts, figures, figures), max_size=5)),
            max_size=4,
        ),
    ),
    st.builds(RankIntervals, words, st.lists(st.builds(Ranked, words, figures, figures, figures), max_size=30), counts),
    st.builds(
        Course, words, st.lists(st.builds(Moment, words, words, st.sampled_from(["done", "now", "coming"])), max_size=9)
    ),
)


def numbers_of(element: ET.Element) -> list[float]:
    skipped = {"class", "fill", "stroke", "font-family", "text-anchor", "role", "viewBox", "d"}
    skipped |= {"stroke-dasharray", "stroke-linejoin", "stroke-linecap"}
    return [float(value) for name, value in element.attrib.items() if name not in skipped]


def points_of(element: ET.Element) -> list[tuple[float, float]]:
    has = {name: element.get(name) for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy")}
    pairs = [("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")]
    found = [(float(has[a]), float(has[b])) for a, b in pairs if has[a] is not None]
    if element.tag == f"{SVG}rect":
        x, y = found[0]
        found.append((x + float(element.get("width")), y + float(element.get("height"))))
    if path := element.get("d"):
        steps = path.replace("M", " ").replace("L", " ").replace("Z", " ").split("A")
        for step in steps:
            figures = [float(one) for one in step.split()]
            found += [(figures[-2], figures[-1])] if len(figures) == 7 else list(zip(*[iter(figures)] * 2, strict=True))
    return found


def check(svg: str) -> None:
    root = ET.fromstring(svg)
    assert root[0].tag == f"{SVG}title"
    width, height = float(root.get("width")), float(root.get("height"))
    assert width > 0 and height > 0
    for element in root.iter():
        assert all(math.isfinite(number) for number in numbers_of(element)), element.attrib
        assert all(float(element.get(name, 0)) >= 0 for name in ("width", "height", "r", "stroke-width", "font-size"))
        for x, y in points_of(element):
            edge = float(element.get("r", 0)) - 0.06
            assert edge <= x <= width - edge and edge <= y <= height - edge, (element.tag, element.attrib)
    assert "NaN" not in svg and "nan" not in ET.tostring(root, encoding="unicode", method="xml").split("<title>")[0]
    assert "<style" not in svg and " style=" not in svg and "dominant-baseline" not in svg


def check_strips(chart) -> None:
    """Each row is whole, and no mark lies outside the width."""
    strips = chart.strips()
    drawings = [one.drawing for _heading, rows in strips.parts for one in rows]
    for drawing in filter(None, [*drawings, strips.scale, *(mark for mark, _name in strips.key)]):
        for element in ET.fromstring(drawing).iter():
            percents = {name: value for name, value in element.attrib.items() if value.endswith("%")}
            at = {name: float(value[:-1]) for name, value in percents.items()}
            assert all(0 <= one <= 100 for one in at.values()), element.attrib
            assert at.get("x", 0) + at.get("width", 0) <= 100.1, element.attrib
            assert not {"nan", "inf"} & set(element.attrib.values())


NONE, END = math.nan, math.inf


@given(CHARTS)
@example(Radar("", [Axis("", NONE, END)] * 3))
@example(Levels("", ["", ""], [Track("", [NONE, END], [-END, NONE])]))
@example(Ring("", "", NONE, END, "", (NONE, -END)))
@example(RankIntervals("", [Ranked("", NONE, -END, END)] * 3, 1))
def test_any_figures_give_a_whole_drawing_and_its_table(chart):
    for svg in [chart.svg(), *(chart.panels() if isinstance(chart, Levels) else [])]:
        check(svg)
    if isinstance(chart, InRows):
        check_strips(chart)
    table = chart.table()
    assert isinstance(table, Table) and table.caption
    assert all(len(row) == len(table.head) for row in table.rows)
    assert not {"nan", "inf", "-inf"} & {cell for row in table.rows for cell in row[1:]}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)


HOSTILE = [
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>&amp;<!--",
    "\x00\x1f\ud800\ufffe",
    "'",
]


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_words_stay_words(evil):
    drawn = [
        Radar(evil, [Axis(evil, 2, 3)] * 3, own_name=evil, other_name=evil),
        Levels(evil, [evil] * 2, [Track(evil, [1, 2], [2, 3])], own_name=evil),
        Ring(evil, evil, 1, 3, evil),
        Bars(evil, [Bar(evil, 1, 2)]),
        Diverging(evil, [evil] * 5, [(evil, [Answers(evil, [1, 2, 3, 4, 5])])]),
        Gaps(evil, [evil] * 2, [(evil, [Part(1, 2, 0.1, 0.9), None])]),
        RankIntervals(evil, [Ranked(evil, 1, 1, 2)], 1, name=evil),
        Course(evil, [Moment(evil, evil, "now")]),
    ]
    for chart in drawn:
        check(chart.svg())
        page = Template("{% load chart_tags %}{% chart_figure chart caption=evil %}").render(
            Context({"chart": chart, "evil": evil})
        )
        tags = Tags()
        tags.feed(page)
        assert not tags.seen & {"script", "img"}, page


@pytest.mark.parametrize("name", SAMPLES)
def test_the_finding_is_what_a_screen_reader_hears_first(name):
    root = ET.fromstring(SAMPLES[name].svg())
    assert root[0].text == SAMPLES[name].finding
    assert len(SAMPLES[name].finding) > 30


def test_numbers_are_written_as_people_of_the_language_do_and_rounded():
    with translation.override("nl"):
        assert (shown(3.5), shown(2.25, 2), shown(None), percentage(17, 18, 1)) == ("3,5", "2,25", "–", "94,4%")
        assert ">3,5  |  4,2<" in SAMPLES["radar"].svg()
    with translation.override("en"):
        assert (shown(3.5), percentage(17, 18, 1), percentage(1, 0)) == ("3.5", "94.4%", "–")
    assert shown(13.99, 0) == "14", "not cut off"


def said(svg: str) -> list[str]:
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_long_word_is_broken_where_its_language_breaks_it():
    """A name that is cut off cannot be told from another that begins alike."""
    long = "Verantwoordelijkheid en onzekerheid"
    with translation.override("nl"):
        radar = Radar("Zes thema’s.", [Axis(one, 3) for one in ("a", "b", "c", "d", long, "f")])
        assert {"Verantwoorde-", "lijkheid en", "onzekerheid"} <= set(said(radar.svg()))
        track = Levels("Een thema.", ["K1 ’26"], [Track(long, [3])])
        assert said(track.svg())[:2] == ["en onzekerheid", "Verantwoordelijkheid"]
        assert said(track.panels()[0])[:2] == ["heid en onzekerheid", "Verantwoordelijk-"]


def test_periods_that_do_not_fit_are_named_at_both_ends_alone():
    def named(number: int) -> list[str]:
        periods = [f"K{one} ’26" for one in range(number)]
        panel = Levels("Zes thema’s.", periods, [Track("Samenwerken", [3] * number)]).panels()[0]
        return [words for words in said(panel) if words in periods]

    assert named(1) == ["K0 ’26"]
    assert named(3) == ["K0 ’26", "K1 ’26", "K2 ’26"]
    assert named(9) == ["K0 ’26", "K8 ’26"]


def test_a_group_that_is_too_small_shows_no_figure():
    chart = Diverging("Te weinig antwoorden.", ["nee", "ja"], [("Stelling", [Answers("Groep", None)])])
    with translation.override("en"):
        assert "too few to show" in chart.svg()
        assert chart.table().rows == [["Stelling, Groep", "too few to show", ""]]
        bars = Bars("Te weinig antwoorden.", [Bar("Groep", 3, None)])
        assert "too few to show" in bars.svg() and "3" not in bars.table().rows[0]


def rects(drawing: str) -> list[tuple[str, float, float]]:
    """Class, begin and width in percents of each bar."""
    found = [one.attrib for one in ET.fromstring(drawing).iter() if one.tag == "rect"]
    return [(one["class"], float(one["x"][:-1]), float(one["width"][:-1])) for one in found]


def test_rows_of_a_page_stand_on_one_scale():
    """Nine of ten agree here and one of ten there: the line is at one place, and bars are as long as their shares."""
    few, many = Answers("Eén", [4, 5, 1]), Answers("Negen", [0, 1, 9])
    [(heading, rows)] = Diverging("Twee groepen.", ["nee", "soms", "ja"], [("Stelling", [few, many])]).strips().parts
    assert heading == "Stelling" and [one.name for one in rows] == ["Eén", "Negen"]
    # to the left of the line at most 4 + 5/2 of 10, to the right 9 + 1/2: sixteen tenths in all
    assert rects(rows[0].drawing) == [("neg2", 0.0, 25.0), ("mid", 25.0, 31.2), ("pos2", 56.2, 6.2)]
    assert rects(rows[1].drawing) == [("mid", 37.5, 6.2), ("pos2", 43.8, 56.2)]
    with translation.override("nl"):
        [(_none, again)] = Diverging("", ["nee", "ja"], [("", [Answers("A", [1, 17])])]).strips().parts
        assert again[0].values[0][1] == "17 van 18 (94,4%)"


def test_rows_of_a_page_show_nothing_of_a_small_group():
    with translation.override("en"):
        drawn = [
            Diverging("", ["no", "yes"], [("", [Answers("Group", None)])]),
            Bars("", [Bar("Group", 3, None)]),
        ]
        for chart in drawn:
            [(_heading, [row])] = chart.strips().parts
            assert (row.drawing, [words for _mark, words in row.values]) == ("", ["too few to show"])
        [(_heading, [row])] = Gaps("", ["A", "B"], [("Said", [Part(9, 10, 0.6, 0.98), None])]).strips().parts
        assert [words for _mark, words in row.values] == ["9 of 10 (90.0%)", "too few to show"]
        assert row.strong == "", "one group is no difference"
        assert row.drawing.count("own-dot") == 1 and "solid-dot" not in row.drawing


def test_an_open_interval_is_told_from_a_closed_one_without_colour():
    rows = [Ranked("K-1", 1, 1, 2), Ranked("K-2", 2, 1, 4), Ranked("K-3", 3, 3, 4)]
    chart = RankIntervals("Drie kandidaten.", rows, 2)
    assert [chart.position(row) for row in chart.rows] == ["above", "across", "below"]
    with translation.override("en"):
        assert [row[3] for row in chart.table().rows] == ["above the line", "borderline", "below the line"]


def test_without_a_style_sheet_a_drawing_has_all_its_colours():
    """What a PDF knows: no shape depends on a class."""
    for chart in SAMPLES.values():
        for element in ET.fromstring(chart.svg()).iter():
            if element.tag in (f"{SVG}rect", f"{SVG}circle", f"{SVG}text"):
                assert element.get("fill")
            if element.tag in (f"{SVG}line", f"{SVG}path"):
                assert element.get("stroke")
