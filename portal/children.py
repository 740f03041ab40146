"""One warm child process for work that hostile input could hang or blow up: documents and uploads.

The child is a plain subprocess that answers one message at a time over a pipe, within limits on time and
memory. It dies with its parent, is replaced after `jobs` messages, and after each fault. What it may be
asked is one function, `(header, blobs) -> (header, blobs)`; the header travels as JSON.
"""

import atexit
import json
import logging
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, NoReturn

from django.utils.module_loading import import_string

Header = dict[str, Any]
Message = tuple[Header, list[bytes]]
Work = Callable[[Header, list[bytes]], Message]
log = logging.getLogger(__name__)
LENGTH = struct.Struct(">Q")


class ChildFault(Exception):
    """Nothing came back. The message of each kind is for the log; pages have words of their own."""


class Refused(ChildFault):
    """The work said no; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooLong(ChildFault):
    """It took longer than it may, and was ended."""


class TooLarge(ChildFault):
    """It wanted more memory than it may have."""


class Died(ChildFault):
    """The child ended without an answer."""


class Child:
    """Lets one function work in a process of its own. Safe to share between threads: they take turns.

    `seconds` bounds one answer by the clock, waiting for a turn not counted; `megabytes` is the address space.
    """

    def __init__(self, work: str, *, seconds: float, megabytes: int, jobs: int = 50) -> None:
        self.work, self.seconds, self.megabytes, self.jobs = work, seconds, megabytes, jobs
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._parent = 0
        self._left = 0
        atexit.register(self.stop)

    def ask(self, header: Header, *blobs: bytes) -> Message:
        """Raises Refused, TooLong, TooLarge or Died; after each but the first the next message gets a new child."""
        with self._turn:
            was_waiting = self._process is not None
            try:
                answer, found = self._asked(header, blobs)
            except Died:
                if not was_waiting:
                    raise
                answer, found = self._asked(header, blobs)  # it may have been gone before we asked
        if fault := answer.get("refused"):
            if fault == "memory":
                self.stop()
                raise TooLarge
            raise Refused(fault)
        return answer["header"], found

    def _asked(self, header: Header, blobs: Sequence[bytes]) -> Message:
        process = self._warm()
        try:
            until = time.monotonic() + self.seconds
            _send(process, _packed(header, blobs), until)
            answer = _unpacked(_Pipe(process, until).read)
        except ChildFault:
            self.stop()
            raise
        self._left -= 1
        return answer

    def _warm(self) -> "subprocess.Popen[bytes]":
        """The child of this process: one that came along in a fork belongs to the parent."""
        if self._process and self._parent == os.getpid() and self._left > 0 and self._process.poll() is None:
            return self._process
        self.stop()
        command = [sys.executable, "-m", "portal.children", self.work, str(self.megabytes), str(os.getpid())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._parent, self._left = os.getpid(), self.jobs
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)  # type: ignore[union-attr]
        return self._process

    def stop(self) -> None:
        """End it; not one that came along in a fork, which is the parent's."""
        if self._process is None or self._parent != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()  # type: ignore[union-attr]
        self._process = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None


# --- Messages: length of the header, header, then each blob with the length that the header names ---


def _packed(header: Header, blobs: Sequence[bytes]) -> bytes:
    body = json.dumps({"header": header, "sizes": [len(blob) for blob in blobs]}).encode()
    return b"".join([LENGTH.pack(len(body)), body, *blobs])


def _unpacked(read: Callable[[int], bytes]) -> Message:
    """The envelope (`header`, or `refused`) and the blobs."""
    envelope = json.loads(read(LENGTH.unpack(read(LENGTH.size))[0]))
    return envelope, [read(size) for size in envelope["sizes"]]


def _wait(pipe: Any, writing: bool, until: float) -> None:
    left = until - time.monotonic()
    ready = select.select([] if writing else [pipe], [pipe] if writing else [], [], max(left, 0))
    if not any(ready):
        raise TooLong


def _send(process: "subprocess.Popen[bytes]", message: bytes, until: float) -> None:
    pipe, rest = process.stdin, memoryview(message)
    assert pipe is not None
    while rest:
        _wait(pipe, True, until)
        try:
            rest = rest[os.write(pipe.fileno(), rest[:65536]) :]
        except BrokenPipeError as error:
            raise Died from error


class _Pipe:
    """What the child answers, until the clock says that it is enough."""

    def __init__(self, process: "subprocess.Popen[bytes]", until: float) -> None:
        self.pipe, self.until = process.stdout, until

    def read(self, size: int) -> bytes:
        assert self.pipe is not None
        parts, missing = [], size
        while missing:
            _wait(self.pipe, False, self.until)
            part = os.read(self.pipe.fileno(), min(missing, 1 << 20))
            if not part:
                raise Died
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


# --- Inside the child -------------------------------------------------------------------------------


def _follow(parent: int) -> None:
    """End with the parent. A signal from the kernel would not do: it comes when the *thread* that began us ends."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _bound(megabytes: int, parent: int) -> None:
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent to say
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _exactly(stream: BinaryIO) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        found = stream.read(size)
        if len(found) < size:
            sys.exit()  # the parent closed the pipe
        return found

    return read


def _answer(work: Work, message: Message) -> bytes:
    envelope, blobs = message
    try:
        header, found = work(envelope["header"], blobs)
        return _packed(header, found)
    except Refused as refusal:
        return _refusal(refusal.code)
    except MemoryError:
        return _refusal("memory")
    except Exception:  # whatever a parser of hostile input raises
        log.exception("The work failed.")
        return _refusal("failed")


def _refusal(code: str) -> bytes:
    body = json.dumps({"refused": code, "sizes": []}).encode()
    return LENGTH.pack(len(body)) + body


def main(work: str, megabytes: str, parent: str) -> NoReturn:
    _bound(int(megabytes), int(parent))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    function = import_string(work)
    read = _exactly(sys.stdin.buffer)
    while True:
        answers.write(_answer(function, _unpacked(read)))
        answers.flush()


if __name__ == "__main__":
    # As the module of this name, so that work which imports Refused raises the one that is caught here.
    from portal.children import main as run

    run(*sys.argv[1:])
