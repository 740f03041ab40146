"""Documents and hostile input (safety.md T19, T20, F16): nothing leaves, nothing hangs, the next document is made."""

import fcntl
import io
import os
import signal
import socket
import sys
import termios
import threading
from collections.abc import Iterator

import pikepdf
import pytest
from django.urls import reverse
from django.utils.html import escape
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal import pdf
from portal.children import Child
from tests.pdf_gate import faults
from tests.portal.test_pdf import PAGE
from tests.servers import until

PLAIN = PAGE.format("<p>Gewoon.</p>")
SECRET = "canary-7f3e-of-this-machine"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine that notes who calls."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                calls.append(b"somebody called")
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", calls
        finally:
            ended.set()
            thread.join()


def test_the_listener_hears(listener):
    address, calls = listener
    socket.create_connection(address.split(":")).close()
    until(lambda: calls, "the call")


NESTED = "<svg xmlns='http://www.w3.org/2000/svg'><image href='{}' width='9' height='9'/></svg>"
REFERENCES = {
    "http picture": '<img alt="x" src="http://{address}/a.png">',
    "ftp picture": '<img alt="x" src="ftp://{address}/a.png">',
    "file picture": '<img alt="x" src="file://{canary}">',
    "object": '<object data="file://{canary}"></object>',
    "embed": '<embed src="http://{address}/a.svg">',
    "style sheet": '<link rel="stylesheet" href="http://{address}/a.css">',
    "font": "<style>@font-face {{ font-family: F; src: url(http://{address}/f) }} p {{ font-family: F }}</style>",
    "import": "<style>@import url(http://{address}/a.css);</style>",
    "attachment": '<link rel="attachment" href="file://{canary}">',
    "data picture": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">',
    "picture in a drawing": NESTED.format("http://{address}/a.png"),
    "file in a drawing": NESTED.format("file://{canary}"),
    "background": '<p style="background: url(http://{address}/a.png)">x',
    "redirect of an asset": '<img alt="x" src="asset:///../../../etc/passwd">',
}


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=REFERENCES)
def test_nothing_is_fetched_and_nothing_of_this_machine_gets_in(reference, listener, tmp_path):
    address, calls = listener
    canary = tmp_path / "canary.txt"
    canary.write_text(SECRET)
    html = PAGE.format(reference.format(address=address, canary=canary))
    try:
        made = pdf.make(html).pdf
    except pdf.Refusal as refusal:
        assert refusal.code == "fetch"
        assert "outside the portal" in refusal.sentence or "buiten het portaal" in refusal.sentence
    else:
        assert "svg" in reference or "attachment" in reference, "only these are left out in silence"
        assert SECRET not in texts(made)
    assert calls == []
    assert pdf.make(PLAIN).pages == 1


def texts(made: bytes) -> str:
    """All streams of the file, unpacked."""
    with pikepdf.open(io.BytesIO(made)) as document:
        streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        found = []
        for stream in streams:
            try:
                found.append(stream.read_bytes())
            except pikepdf.PdfError:
                found.append(stream.read_raw_bytes())
    return b"\n".join([made, *found]).decode("latin-1")


def test_a_picture_that_comes_along_is_shown():
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8ffbf1e0005fe02fe"
        "a7356a360000000049454e44ae426082"
    )
    html = PAGE.format('<img alt="Logo" src="asset:///logo">')
    made = pdf.make(html, pictures={"logo": (dot, "image/png")}).pdf
    assert faults(made) == []
    with pytest.raises(pdf.Refusal):
        pdf.make(html)


# --- Text that people may type ---

PIECES = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="a", min_size=1, max_size=3_000),
    st.text(alphabet="אבגابت مرحبا", max_size=400),
    st.text(alphabet="😀👩‍⚕️🏳️‍🌈é\u0301\u200d\u202e\u2066", max_size=200),
    st.text(alphabet="\x00\x01\x08\x0b\x1f\x7f\ufffe\ufdd0\u2028", max_size=50),
    st.sampled_from(["<div>" * 200, "&lt;" * 300, "{{ title }}{% include %}", "]]>-->", "\\", "a\tb\r\nc"]),
)


@given(st.lists(PIECES, min_size=1, max_size=4))
@example(["x" * 100_000])
@example(["woord " * 20_000])
@example(["<blockquote>" * 5_000])
@settings(max_examples=settings.default.max_examples // 5)  # each is a document
def test_any_text_becomes_a_document_or_a_clear_refusal(pieces):
    html = PAGE.format("".join(f"<p>{escape(piece)}</p>" for piece in pieces))
    try:
        made = pdf.make(html)
    except pdf.Refusal as refusal:
        assert refusal.code in ("text", "word", "pages", "time", "memory")
        assert len(refusal.sentence) > 20
    else:
        assert faults(made.pdf) == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        (PAGE.format("<div>" * 60), "deep"),
        (PAGE.format("<div/>" * 60), "deep"),
        (PAGE.format("<p>" * 60), "deep"),
        (PAGE.format("<table>" + "<tr><td>1</td></tr>" * 8_000 + "</table>"), "elements"),
        (PAGE.format("<p>" + "x" * 2_001 + "</p>"), "word"),
        (PAGE.format("<p>woord</p>" * 3 + "<p>" + "woord " * 40_000 + "</p>"), "text"),
        (PAGE.format('<p style="break-after: page">x</p>' * 130), "pages"),
    ],
)
def test_too_much_is_refused_before_or_while_it_is_laid_out(html, code):
    with pytest.raises(pdf.Refusal) as refusal:
        pdf.make(html)
    assert refusal.value.code == code


# --- The child that dies, hangs, eats ---


@pytest.fixture
def child(monkeypatch) -> Iterator[Child]:
    """This test's own, with shorter limits."""
    own = Child("portal.pdf_child.render", seconds=20, megabytes=768)
    monkeypatch.setattr(pdf, "child", lambda: own)
    assert pdf.make(PLAIN).pages == 1
    yield own
    own.stop()


def waiting_in(child: Child) -> int:
    """Bytes that the child was sent and did not read yet."""
    found = fcntl.ioctl(child._process.stdin, termios.FIONREAD, bytes(4))
    return int.from_bytes(found, sys.byteorder)


def test_a_child_that_was_killed_is_replaced(child):
    os.kill(child.pid, signal.SIGKILL)
    until(lambda: child._process.poll() is not None, "its end")
    assert pdf.make(PLAIN).pages == 1


def test_a_child_that_is_killed_at_work_is_replaced_and_asked_again(child):
    """Stopped first, so that the kill surely comes in the middle."""
    pid = child.pid
    os.kill(pid, signal.SIGSTOP)
    outcome: list[object] = []
    thread = threading.Thread(target=lambda: outcome.append(refusal_of(PLAIN)))
    thread.start()
    until(lambda: waiting_in(child), "the question")
    os.kill(pid, signal.SIGKILL)
    thread.join(20)
    assert outcome == ["made"]
    assert pdf.make(PLAIN).pages == 1


def refusal_of(html: str) -> str:
    try:
        pdf.make(html)
    except pdf.Refusal as refusal:
        return refusal.code
    return "made"


def test_a_child_that_hangs_is_a_clear_refusal(child):
    child.seconds = 2
    os.kill(child.pid, signal.SIGSTOP)
    assert refusal_of(PLAIN) == "time"
    child.seconds = 30
    assert pdf.make(PLAIN).pages == 1


def test_who_asks_for_a_page_does_not_wait_for_a_document_that_hangs(child, client):
    pid = child.pid
    os.kill(pid, signal.SIGSTOP)
    outcome: list[str] = []
    thread = threading.Thread(target=lambda: outcome.append(refusal_of(PLAIN)))
    thread.start()
    until(lambda: waiting_in(child), "the question")
    pages = [client.get(reverse("accessibility")).status_code for _ in range(10)]
    assert (pages, outcome, thread.is_alive()) == ([200] * 10, [], True)
    os.kill(pid, signal.SIGKILL)
    thread.join(20)
    assert outcome == ["made"]


def test_a_document_that_eats_all_memory_is_a_clear_refusal(monkeypatch):
    small = Child("portal.pdf_child.render", seconds=60, megabytes=330)
    monkeypatch.setattr(pdf, "child", lambda: small)
    try:
        assert pdf.make(PLAIN).pages == 1
        rows = "".join(f"<tr><td>{n}</td><td>{'woord ' * 6}</td><td>{n}</td></tr>" for n in range(3_000))
        assert refusal_of(PAGE.format(f"<table>{rows}</table>")) in ("memory", "failed")
        assert pdf.make(PLAIN).pages == 1
    finally:
        small.stop()
