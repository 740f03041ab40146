"""What a page holds, for tests that follow its links and look at its frame."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

HTMX = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page(HTMLParser):
    """Parsed once: links, forms, htmx addresses, headings, title, language, visible text."""

    address: str = ""
    links: list[str] = field(default_factory=list)
    htmx: list[tuple[str, str]] = field(default_factory=list)  # (method, address)
    forms: list[Form] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # every h1
    title: str = ""
    language: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        if tag in ("title", "h1", "script", "style", "svg"):  # a drawing has a title of its own
            self._inside.append(tag)
        if tag == "h1":
            self.headings.append("")
        if tag == "html":
            self.language = has.get("lang", "")
        if tag == "a" and "href" in has:
            self.links.append(self._at(has["href"]))
        if tag == "form":
            self.forms.append(Form(self._at(has.get("action", "")), has.get("method", "get").lower()))
        if tag in ("input", "button", "textarea", "select") and "name" in has and self.forms:
            self.forms[-1].fields.append((has["name"], has.get("value", "")))
        self.htmx += [(name[3:], self._at(has[name])) for name in HTMX if name in has]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self._inside and "svg" not in self._inside:
            self.title += data
        if "h1" in self._inside:
            self.headings[-1] += data
        if not {"script", "style"} & set(self._inside):
            self.text += data

    def _at(self, address: str) -> str:
        return urljoin(self.address, address)

    def to_get(self) -> list[str]:
        """Every address of this site that a click or a form by GET leads to, without what is behind a #."""
        asked = [
            f"{form.action.partition('?')[0]}?{urlencode(form.fields)}" for form in self.forms if form.method == "get"
        ]
        found = [*self.links, *(address for method, address in self.htmx if method == "get"), *asked]
        here = (urlsplit(address) for address in found)
        return [one._replace(fragment="").geturl() for one in here if not one.netloc and one.path.startswith("/")]


def parse(html: str, address: str = "/") -> Page:
    page = Page(address=address)
    page.feed(html)
    page.close()
    page.title, page.headings = " ".join(page.title.split()), [" ".join(one.split()) for one in page.headings]
    return page
