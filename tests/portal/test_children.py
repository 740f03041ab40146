"""The limited child: whatever happens inside, the parent gets an answer or a clear fault, and goes on."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from portal.children import Child, Died, Refused, TooLarge, TooLong
from tests.servers import is_alive, until

MINE = "tests.portal.child_work.{}"


@pytest.fixture
def child() -> Iterator[Child]:
    found = Child(MINE.format("obey"), seconds=20, megabytes=512, jobs=3)
    yield found
    found.stop()


def test_it_answers_with_header_and_blobs_from_another_process(child: Child) -> None:
    header, blobs = child.ask({"do": "echo", "word": "één"}, b"\x00" * 300_000, b"")
    assert header["word"] == "één"
    assert header["pid"] not in (os.getpid(), 0)
    assert blobs == [b"\x00" * 300_000, b""]


def test_it_stays_warm_and_is_replaced_in_time(child: Child) -> None:
    pids = [child.ask({"do": "echo"})[0]["pid"] for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_refusal_keeps_the_child(child: Child) -> None:
    pid = child.ask({"do": "echo"})[0]["pid"]
    with pytest.raises(Refused) as refusal:
        child.ask({"do": "refuse"})
    assert refusal.value.code == "not today"
    assert child.ask({"do": "echo"})[0]["pid"] == pid


def test_an_error_of_the_work_is_a_refusal_without_its_text(child: Child) -> None:
    with pytest.raises(Refused) as refusal:
        child.ask({"do": "break"})
    assert refusal.value.code == "failed"


@pytest.mark.parametrize(("order", "fault"), [("hang", TooLong), ("eat", TooLarge), ("die", Died), ("exit", Died)])
def test_a_fault_is_told_apart_and_the_next_message_is_answered(order: str, fault: type[Exception]) -> None:
    child = Child(MINE.format("obey"), seconds=5 if order == "hang" else 20, megabytes=512)
    try:
        with pytest.raises(fault):
            child.ask({"do": order})
        assert child.ask({"do": "echo"}, b"again")[1] == [b"again"]
    finally:
        child.stop()


def test_a_stopped_child_is_ended(child: Child) -> None:
    child.seconds = 2
    pid = child.ask({"do": "echo"})[0]["pid"]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TooLong):
        child.ask({"do": "echo"})
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_the_work_prints_does_not_spoil_the_answer(child: Child) -> None:
    assert child.ask({"do": "print"}, b"blob")[1] == [b"blob"]


def test_threads_take_turns(child: Child) -> None:
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = child.ask({"do": "echo"}, str(number).encode() * 1000)[1][0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number).encode() * 1000 for number in range(8)}


def test_it_dies_with_its_parent() -> None:
    receive, send = os.pipe()
    parent = os.fork()
    if parent == 0:
        child = Child(MINE.format("obey"), seconds=20, megabytes=512)
        os.write(send, str(child.ask({"do": "echo"})[0]["pid"]).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(send)
    os.waitpid(parent, 0)
    pid = int(os.read(receive, 20))
    os.close(receive)
    until(lambda: not is_alive(pid), "the end of a child without a parent")


def test_it_outlives_the_thread_that_began_it(child: Child) -> None:
    pids: list[int] = []
    beginner = threading.Thread(target=lambda: pids.append(child.ask({"do": "echo"})[0]["pid"]))
    beginner.start()
    beginner.join()
    assert child.ask({"do": "echo"})[0]["pid"] == pids[0]
