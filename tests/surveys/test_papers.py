"""Any questionnaire, any answers: what the page offers is taken, what it does not offer is refused (surveys.md Q1)."""

import json
from typing import Any

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import wording
from surveys.forms.filling import Paper
from surveys.rules import answers as rules
from surveys.rules.questionnaires import OTHER, faults, is_shown, questions, values
from tests.surveys.rows import line, options

GROUPS = ("learners", "guides")
KEYS = ("aaa", "bbb", "ccc", "ddd")
booleans = st.booleans()
letters = st.text(st.characters(categories=["L", "Nd", "Po"], exclude_characters="\r\n\0"), min_size=1, max_size=40)


@st.composite
def a_question(draw: Any, key: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(rules._CHECKS)))
    found: dict[str, Any] = {"key": key, "type": kind, "words": line(f"Vraag {key}"), "required": draw(booleans)}
    steps = draw(st.sampled_from([4, 5, 7]))
    if kind in ("likert", "matrix"):
        found |= {"steps": steps, "not_applicable": draw(booleans)}
    if kind == "matrix":
        found["rows"] = [{"key": one, "words": line(one)} for one in KEYS[: draw(st.integers(1, 3))]]
    if kind in ("single", "multiple", "ranking"):
        found["options"] = options(*KEYS[: draw(st.integers(2, 4))])
    if kind in ("single", "multiple"):
        found["other"] = draw(booleans)
    if kind == "ranking":
        found["top"] = draw(st.integers(1, len(found["options"])))
    if kind == "number":
        found |= {"minimum": "-5", "maximum": "40.5", "decimals": draw(st.integers(0, 2))}
    if kind == "yes-no":
        found["dont_know"] = draw(booleans)
    if draw(booleans):
        found["only_for"] = [draw(st.sampled_from(GROUPS))]
    decides = [one for one in before if one["type"] in ("yes-no", "single", "likert") and "shown_if" not in one]
    if decides and draw(booleans):
        one = draw(st.sampled_from(decides))
        chosen = draw(st.lists(st.sampled_from(values(one)), min_size=1, max_size=2, unique=True))
        found["shown_if"] = {"question": one["key"], "any_of": chosen}
    return found


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """One question for everybody, then any number of any kind over one to three sections."""
    asked: list[dict[str, Any]] = [{"key": "always", "type": "yes-no", "words": line("Ja?")}]
    for number in range(draw(st.integers(0, 6))):
        asked.append(draw(a_question(f"question-{number}", asked)))
    cuts = sorted({0, *draw(st.lists(st.integers(0, len(asked) - 1), max_size=2))})
    parts = [asked[start:stop] for start, stop in zip(cuts, [*cuts[1:], len(asked)], strict=True)]
    return {
        "key": "any",
        "number": 1,
        "names": line("Van alles"),
        "groups": [{"key": key, "names": line(key)} for key in GROUPS],
        "sections": [
            {"key": f"section-{number}", "names": line(str(number)), "questions": part}
            for number, part in enumerate(parts)
        ],
    }


def offered(question: dict[str, Any]) -> st.SearchStrategy[dict[str, list[str]]]:
    """What somebody can do at this question on the page: fields with what they then hold."""
    key, kind = question["key"], question["type"]
    if kind in ("short-text", "long-text"):
        return letters.map(lambda text: {key: [text]})
    if kind == "number":
        places = question["decimals"]
        numbers = st.decimals(-5, 40, places=places, allow_nan=False)
        return numbers.map(lambda value: {key: [str(value).replace(".", ",")]})
    choices = [value for value, _words in wording.choices(question)]
    one = st.sampled_from(choices)
    if kind == "matrix":
        names = [f"{key}:{row['key']}" for row in question["rows"]]
        return st.fixed_dictionaries({name: one.map(lambda value: [value]) for name in names})
    if kind == "ranking":
        order = st.permutations(choices)
        return order.map(lambda keys: {f"{key}:{n}": [k] for n, k in enumerate(keys[: question["top"]], 1)})
    if kind == "multiple":
        return st.lists(one, min_size=1, unique=True).map(lambda several: {key: several})
    return one.map(lambda value: {key: [value]})


def posted(fields: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, several in fields.items():
        data.setlist(name, several)
    return data


@st.composite
def filled_in(draw: Any) -> tuple[dict[str, Any], str, dict[str, list[str]]]:
    document, group = draw(documents()), draw(st.sampled_from(GROUPS))
    fields: dict[str, list[str]] = {}
    for question in questions(document):
        if question.get("required") or draw(booleans):
            fields |= draw(offered(question))
            if question.get("other") and draw(booleans):
                fields[f"{question['key']}:{OTHER}"] = [draw(letters)]
    return document, group, fields


@given(filled_in())
@settings(max_examples=150, deadline=None)
def test_what_the_page_offers_is_taken(case):
    document, group, fields = case
    assert faults(document) == []
    paper = Paper(document, group, posted(fields))
    assert [form.errors for form in paper.faulty] == []
    kept = rules.kept(document, group, paper.answers)
    assert kept == paper.answers, "page and server keep the same"
    assert rules.missing(document, group, kept) == []
    assert json.loads(json.dumps(kept)) == kept
    shown = {one["key"] for one in questions(document) if is_shown(one, group, kept)}
    assert {key.partition(":")[0] for key in kept} <= shown
    assert {key for key in shown if any(name.partition(":")[0] == key for name in fields)} == {
        key for key in kept if ":" not in key
    }


NOT_OFFERED = st.sampled_from(["maybe", "0", "8", "11", "-1", "true", "eee", "12345678901234567890123", "1e3", "1.001"])
NO_ANSWERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(11, 99),
    st.just(-1),
    st.floats(allow_nan=False),
    st.just(""),
    st.just("eee"),
    st.just([]),
    st.just(["aaa", "aaa"]),
    st.just({}),
    st.just({"aaa": 9}),
    st.just({"zzz": 1}),
    st.just("x" * 2001),
)


@given(documents(), st.sampled_from(GROUPS), st.data())
@settings(max_examples=150, deadline=None)
def test_what_the_page_does_not_offer_is_refused(document, group, data):
    """By the page as text, by the server as a value; at a question that is shown."""
    asked = [one for one in questions(document) if is_shown(one, group, {})]
    question = data.draw(st.sampled_from(asked))
    wrong = data.draw(NO_ANSWERS)
    text = isinstance(wrong, str) and len(wrong) > 0 and question["type"] in ("short-text", "long-text")
    if not (text and len(wrong) <= rules.LONGEST[question["type"]]):
        assert not rules.accepts(question, wrong), (question, wrong)
    typed = data.draw(NOT_OFFERED)
    choices = {value for value, _words in wording.choices(question)} if _is_choice(question) else set()
    if _is_choice(question) and typed not in choices:
        name = {"matrix": f"{question['key']}:aaa", "ranking": f"{question['key']}:1"}.get(
            question["type"], question["key"]
        )
        paper = Paper(document, group, posted({name: [typed]}))
        assert [form for form in paper.faulty if name in form.errors], (question, typed)


def _is_choice(question: dict[str, Any]) -> bool:
    return question["type"] not in ("number", "short-text", "long-text")


@given(filled_in())
@settings(max_examples=300, deadline=None)
def test_pages_one_by_one_end_where_one_sending_does(case):
    """However somebody walks through the sections, the same answers come out: hidden fields lose nothing."""
    document, group, fields = case
    for keeps_blanks in (False, True):
        walk(document, group, fields, keeps_blanks=keeps_blanks)


def ticked(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Boxes are sent in the order of the page, whatever the order in which they were ticked."""
    return {name: sorted(filter(None, several)) for name, several in fields.items() if any(several)}


def walk(document: dict[str, Any], group: str, fields: dict[str, list[str]], *, keeps_blanks: bool) -> None:
    whole = Paper(document, group, posted(fields))
    carried: dict[str, list[str]] = {}
    for key in whole.keys:
        here = {name: value for name, value in fields.items() if name in whole.judged(key).fields}
        carried |= here
        step = Paper(document, group, posted(carried), keeps_blanks=keeps_blanks)
        hidden: dict[str, list[str]] = {}
        for one in step.hidden(key):
            if one.is_on if one.is_box else one.value:  # what a browser sends, but for blanks
                hidden.setdefault(one.name, []).append(one.value)
        assert ticked(hidden | here) == ticked(carried)
    assert Paper(document, group, posted(carried)).answers == whole.answers
