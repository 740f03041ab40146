"""Every URL of the site, one request at a time, and what came of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.access import View

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD", "OPTIONS")

OK = "in"
FORBIDDEN = "403"
ABSENT = "404"
SIGN_IN = "to sign-in"
SECOND_FACTOR = "to second factor"
NOT_ALLOWED = "405"

# What every request may write: the session itself, and the list of one's own sessions.
SESSION_TABLES = frozenset({"django_session", "usersessions_usersession"})
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
CSRF = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;)\w+')


@dataclass(frozen=True)
class Pattern:
    key: str  # "namespace:name", or the route of what has no name
    name: str
    namespace: str
    route: str
    view: View


def patterns() -> list[Pattern]:
    return list(_flat(get_resolver().url_patterns, "", ""))


def _flat(entries: list[Any], namespace: str, route: str) -> Iterator[Pattern]:
    for entry in entries:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from _flat(entry.url_patterns, inner, here)
        else:
            assert isinstance(entry, URLPattern)
            name = entry.name or ""
            key = ":".join(part for part in (namespace, name) if part) if name else here
            yield Pattern(key, name, namespace, here, entry.callback)


def path_of(key: str, args: tuple[Any, ...] = (), query: str = "") -> str:
    """What has no name is written out by hand in the policy: its arguments are the path."""
    path = "/" + "/".join(map(str, args)) if "/" in key else reverse(key, args=args)
    return f"{path}?{query}" if query else path


@dataclass
class Answer:
    outcome: str
    response: HttpResponse | None
    written: set[str] = field(default_factory=set)  # tables
    queries: int = 0


def ask(client: Client, method: str, path: str, *, data: dict[str, Any] | None = None, htmx: bool = False) -> Answer:
    """One request whose effects are undone; the client keeps the cookies that it had."""
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/portfolio/"} if htmx else {}
    answer = Answer("", None)
    cookies = client.cookies.output()
    with _undone(), _spied(answer):
        try:
            if method == "POST":
                answer.response = client.post(path, data or {}, headers=headers)
            else:
                answer.response = client.generic(method, path, headers=headers)
            answer.outcome = outcome_of(answer.response)
        except Exception as error:  # a crash is an outcome that no policy allows
            answer.outcome = f"crash: {type(error).__name__}: {error}"
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", "").replace("\r\n", "; "))
    return answer


@contextmanager
def _undone() -> Iterator[None]:
    """The transaction is the test's own, as those of Django's test cases: a document may be made inside it."""
    around = transaction.atomic()
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)


@contextmanager
def _spied(answer: Answer) -> Iterator[None]:
    def spy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer.queries += 1
        if found := WRITE.match(sql):
            answer.written.add(found[1].lower())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        yield


def outcome_of(response: HttpResponse) -> str:
    status, to = response.status_code, response.headers.get("Location", "")
    if status == 401 or to.startswith(reverse("account_login")) and "next=" in to:
        return SIGN_IN
    step = reverse("second_factor")
    if (to or response.headers.get("HX-Redirect", "")).startswith(step):
        return SECOND_FACTOR
    if status == 403 and step in response.content.decode():  # the page that keeps what was typed
        return SECOND_FACTOR
    if status in (403, 404, 405):
        return str(status)
    if status in (200, 204, 302, 303, 409, 422):
        return OK
    return f"status {status}"


def masked(response: HttpResponse, *codes: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without what differs by chance or by the address asked for."""
    body = CSRF.sub(r"\1", response.content.decode(errors="replace"))
    headers = {name: value for name, value in response.headers.items() if name not in ("Content-Length", "Expires")}
    for code in codes:
        body = body.replace(code, "CODE")
    return response.status_code, headers, body
