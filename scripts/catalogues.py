"""Translations without gettext's own programs.

    python -m scripts.catalogues check     every text has a good translation, and nothing is left over
    python -m scripts.catalogues update    write new texts into locale/<language>/LC_MESSAGES/django.po
    python -m scripts.catalogues compile   make the .mo files (bootstrap does so too)

English is the language of the code, so its texts are their own translation. A catalogue names files
but no line numbers and no dates: a diff shows only what changed.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

from scripts.processes import ROOT

LANGUAGES = ["nl"]
OUR_CODE = ["portal", "surveys", "portfolios", "mentoring", "events", "selection"]
NOT_ON_SCREEN = {"migrations", "tests"}
# name of the call -> which arguments are context, singular, plural
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], (None, 0, None)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (None, 0, 1)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], (0, 1, None)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], (0, 1, 2)),
}
PLACE = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str | None

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.singular


def texts_of_python(source: str) -> Iterator[Text]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in CALLS:
            yield from _text_of(call, CALLS[name])


def _text_of(call: ast.Call, places: tuple[int | None, int, int | None]) -> Iterator[Text]:
    """Nothing when an argument is no literal: the text then comes from elsewhere and is found there."""
    needed = [place for place in places if place is not None]
    given = {place: argument.value for place, argument in enumerate(call.args) if isinstance(argument, ast.Constant)}
    context, singular, plural = (None if place is None else given.get(place) for place in places)
    if all(given.get(place) for place in needed) and isinstance(singular, str):
        yield Text(_said(context), singular, _said(plural))


def _said(value: object) -> str | None:
    return value if isinstance(value, str) else None


def texts_of_template(source: str) -> Iterator[Text]:
    """Django turns a template into calls amid blanked-out text; we read the calls out of it."""
    from django.utils.translation.template import templatize

    blanked = "(" + templatize(source) + "\n)"  # inside brackets no indent counts
    tokens = list(tokenize.generate_tokens(io.StringIO(blanked).readline))
    for place, token in enumerate(tokens):
        if token.type == tokenize.NAME and token.string in CALLS and tokens[place + 1].string == "(":
            yield from texts_of_python(_call_at(tokens, place))


def _call_at(tokens: list[tokenize.TokenInfo], start: int) -> str:
    depth, parts = 0, []
    for token in tokens[start:]:
        parts.append(token.string)
        depth += {"(": 1, ")": -1}.get(token.string, 0)
        if depth == 0 and token.string == ")":
            break
    return " ".join(part for part in parts if part.strip())


def our_files() -> Iterator[Path]:
    for folder in OUR_CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not NOT_ON_SCREEN.intersection(path.relative_to(ROOT).parts):
                yield path
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".svg", ".xml"}:
            yield path


def extract() -> dict[Text, list[str]]:
    """Every text on screen, with the files that hold it; in the order of files and of lines."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure()
        django.setup()
    found: dict[Text, list[str]] = {}
    for path in our_files():
        read = texts_of_python if path.suffix == ".py" else texts_of_template
        name = path.relative_to(ROOT).as_posix()
        for text in read(path.read_text(encoding="utf-8")):
            files = found.setdefault(text, [])
            if name not in files:
                files.append(name)
    return found


def catalogue_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def empty_catalogue(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "Leerlijn",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def read_catalogue(language: str) -> polib.POFile:
    path = catalogue_path(language)
    return polib.pofile(str(path), wrapwidth=100) if path.exists() else empty_catalogue(language)


def places(text: str) -> list[str]:
    return sorted(set(PLACE.findall(text.replace("%%", ""))))


def faults_of(entry: polib.POEntry) -> Iterator[str]:
    said = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
    if "fuzzy" in entry.flags:
        yield "is marked fuzzy"
    if not all(text.strip() for text in said) or (entry.msgid_plural and len(said) != 2):
        yield "has no translation"
        return
    wanted = places(entry.msgid + (entry.msgid_plural or ""))
    last = said[-1]
    if places(last) != wanted or any(set(places(text)) - set(wanted) for text in said):
        yield f"has other places to fill in: {places(last)} instead of {wanted}"
    if any(
        text[:1].isspace() != entry.msgid[:1].isspace() or text[-1:].isspace() != entry.msgid[-1:].isspace()
        for text in said
    ):
        yield "begins or ends with other white space"


def check(language: str) -> list[str]:
    used = extract()
    catalogue = read_catalogue(language)
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    faults = [
        f"{files[0]}: not in the catalogue: {text.singular!r}" for text, files in used.items() if text.key not in known
    ]
    for entry in catalogue:
        name = f"{catalogue_path(language).relative_to(ROOT)}: {entry.msgid!r}"
        if entry.obsolete or (entry.msgctxt, entry.msgid) not in {text.key for text in used}:
            faults.append(f"{name} is no longer used")
        else:
            faults += [f"{name} {fault}" for fault in faults_of(entry)]
    return faults


def update(language: str) -> None:
    """Add what is new, drop what is gone (printed, so that a reworded text keeps its translation at hand)."""
    former = {(entry.msgctxt, entry.msgid): entry for entry in read_catalogue(language)}
    catalogue = empty_catalogue(language)
    merged: dict[tuple[str | None, str], polib.POEntry] = {}
    for text, files in extract().items():
        entry = merged.get(text.key)
        if entry is None:
            entry = merged[text.key] = _entry(text, former.get(text.key))
            catalogue.append(entry)
        elif text.plural and not entry.msgid_plural:
            sys.exit(f"{files[0]}: {text.singular!r} is used with and without a plural; give one a context.")
        entry.occurrences = sorted({*entry.occurrences, *((name, "") for name in files)})
    for key, entry in former.items():
        if key not in merged:
            print(f"gone: {entry.msgid!r} -> {entry.msgstr or list(entry.msgstr_plural.values())!r}")
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    print(
        f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(catalogue.untranslated_entries())} without translation"
    )


def _entry(text: Text, former: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=text.context, msgid=text.singular)
    if "%(" in text.singular:
        entry.flags.append("python-format")
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = dict(former.msgstr_plural) if former and former.msgid_plural else {0: "", 1: ""}
    else:
        entry.msgstr = former.msgstr if former and not former.msgid_plural else ""
    if former:
        entry.tcomment = former.tcomment
        entry.flags += [flag for flag in former.flags if flag not in entry.flags]
    return entry


def compile_all() -> None:
    for language in LANGUAGES:
        path = catalogue_path(language)
        read_catalogue(language).save_as_mofile(str(path.with_suffix(".mo")))


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        for language in LANGUAGES:
            update(language)
        compile_all()
        return 0
    if arguments == ["compile"]:
        compile_all()
        return 0
    if arguments != ["check"]:
        sys.exit("Say what to do:  python -m scripts.catalogues check|update|compile")
    faults = [fault for language in LANGUAGES for fault in check(language)]
    print("\n".join(faults) or "Every text has its translation.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
