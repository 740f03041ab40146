"""Every page in both languages: one heading, a title, the right language; templates ask no roles."""

import ast
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.site import building, pages, walk
from tests.site import names as n
from tests.site.policy import TABLE

ROOT = Path(settings.BASE_DIR)
ROLES = re.compile(r"\bis_staff\b|\bis_superuser\b|\bperms\b|\.memberships\b|\bhas_perm\b")


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("actor", [n.ANONYMOUS, n.OWNER, n.MENTOR, n.ADMINISTRATOR])
def test_each_page_has_one_heading_a_title_and_its_language(actor, language):
    here = building.build()
    client = here.browser(actor)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    seen = 0
    for key, line in TABLE.items():
        for cell in line.cells:
            path = walk.path_of(key, cell.args(here), cell.query)
            response = walk.ask(client, "GET", path).response
            assert response is not None, path
            if path.startswith("/admin/") or not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            if response.status_code in (302, 405):
                continue
            seen += 1
            page = pages.parse(response.content.decode(), path)
            assert len(page.headings) == 1 and page.headings[0], path
            assert page.title.endswith("· Leerlijn") and len(page.title) > len("· Leerlijn"), path
            assert page.language == language, path
            assert "{{" not in page.text and "{%" not in page.text, path
            assert not re.search(r"%\(\w+\)[sd]", page.text), path
    assert seen > 10


def test_templates_ask_no_roles():
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "templates").rglob("*.html")
        if "admin" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if ROLES.search(line)
    ]
    assert found == []
    assert ROLES.search("{% if user.is_staff %}"), "the pattern finds what it looks for"


# Views may ask for own rows; what others may see comes from visible_to alone.
OWN = {"shareable__owner", "owner", "portfolio"}
SHARED_MODELS = {"Section", "Experience", "Comment", "Goal", "Profile", "SwotItem"}
# What takes the reader, or the owner, and what gives nothing.
SAFE = (
    "visible_or_404(",
    "way.find(",
    ".visible_to(",
    ".shared_with(",
    ".in_portfolio_of(",
    ".drafts_of(",
    ".beside(",
    ".inside(",
    ".last_changed(",
    ".none()",
)


def bypasses(source: str) -> list[str]:
    """Queries of shared models that neither go through visible_to nor name their owner."""
    tree = ast.parse(source)
    within: dict[ast.AST, ast.AST] = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if ast.unparse(node) not in {f"{name}.objects" for name in SHARED_MODELS}:
            continue
        statement: ast.AST = node
        while not isinstance(statement, ast.stmt):
            statement = within[statement]
        text = ast.unparse(statement)
        if not any(name in text for name in SAFE) and not any(f"{name}=" in text for name in OWN):
            found.append(text)
    return found


def test_views_and_search_ask_for_shared_rows_through_visible_to_or_the_owner():
    """`shared_by` starts from the reader's live grants; the timeline reads the rows of keys that it got so."""
    allowed = {"portfolios/views/reading.py": 4, "portfolios/views/timeline.py": 2}
    for path in [
        *(ROOT / "portfolios" / "views").glob("*.py"),
        ROOT / "portfolios/search.py",
        ROOT / "portfolios/nav.py",
    ]:
        name = str(path.relative_to(ROOT))
        found = bypasses(path.read_text(encoding="utf-8"))
        assert len(found) == allowed.get(name, 0), (name, found)
    assert bypasses("rows = Section.objects.filter(pk=1)"), "the rule finds what it looks for"
