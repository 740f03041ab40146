"""The questions that a page puts to the database, and which of them read a big table from end to end."""

import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User

BIG = frozenset(
    {
        "portal_shareable",
        "portal_grant",
        "portal_reading",
        "portfolios_experience",
        "portfolios_section",
        "portal_user",
        "portal_membership",
        "portal_relation",
        "mentoring_conversation",
        "portal_document",
        "portal_placement",
        "portal_storedfile",
        "portfolios_certificate",
        "portfolios_comment",
        "portfolios_evidencelink",
        "portfolios_experience_competencies",
        "portfolios_goal",
        "portfolios_lesson",
        "portfolios_profile",
        "portfolios_profileproduct",
        "portfolios_rating",
        "portfolios_snapshot",
        "portfolios_supervisioncard",
        "portfolios_supervisionlevel",
        "portfolios_swotitem",
        "portfolios_week",
        "surveys_closedanswer",
        "surveys_invitation",
        "surveys_namedanswer",
        "surveys_questionnaire",
        "surveys_questionnaireversion",
        "surveys_survey",
        "surveys_texttocheck",
    }
)
PARTIAL = {"survey_for_everybody"}  # an index that holds exactly what is asked for is read from end to end
ALIAS = re.compile(r'"(\w+)" (?:AS )?"?([A-Z]+\d+)"?')
QUESTION = re.compile(r"\(*(SELECT|INSERT|UPDATE|DELETE)\b")
SQLITE_SCAN = re.compile(r"^SCAN (\w+)")


def scans(sql: str) -> list[str]:
    """The big tables that this statement reads from end to end, by table or by index."""
    return _sqlite_scans(sql) if connection.vendor == "sqlite" else _postgres_scans(sql)


def _sqlite_scans(sql: str) -> list[str]:
    tables: dict[str, set[str]] = {}
    for table, alias in ALIAS.findall(sql):
        tables.setdefault(alias, set()).add(table)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        lines = [row[3] for row in cursor.fetchall()]
    found = [(match[1], line) for line in lines if (match := SQLITE_SCAN.match(line))]
    return [line for name, line in found if tables.get(name, {name}) & BIG]


def _postgres_scans(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return list(_walk(plan[0]["Plan"]))


def _walk(node: dict[str, Any]) -> Iterator[str]:
    table = node.get("Relation Name")
    # An index that is walked without a condition is a scan of the table in another order.
    whole = node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and not _is_search(node))
    if table in BIG and whole:
        yield f"{node['Node Type']} on {table} {node.get('Index Name', '')} {node.get('Filter', '')}"
    for part in node.get("Plans", []):
        yield from _walk(part)


def _is_search(node: dict[str, Any]) -> bool:
    return "Index Cond" in node or node.get("Index Name") in PARTIAL


@pytest.fixture
def reads(sign_in: Callable[[User], Client]) -> Callable[..., Any]:
    """Asks for a page and returns its answer with the questions put to the database, reading and writing."""

    def _reads(person: User, path: str) -> SimpleNamespace:
        client = sign_in(person)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        asked = [query["sql"] for query in captured.captured_queries if QUESTION.match(query["sql"])]
        return SimpleNamespace(answer=answer, asked=asked)

    return _reads
