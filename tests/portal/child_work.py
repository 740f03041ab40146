"""What the tests let a child do."""

import os
import time

from portal.children import Refused


def obey(header: dict, blobs: list[bytes]) -> tuple[dict, list[bytes]]:
    ORDERS[header["do"]]()
    return {"pid": os.getpid(), "word": header.get("word")}, blobs


def _refuse() -> None:
    raise Refused("not today")


ORDERS = {
    "echo": lambda: None,
    "refuse": _refuse,
    "break": lambda: 1 / 0,
    "hang": lambda: time.sleep(3600),
    "eat": lambda: bytearray(2 << 30),
    "die": lambda: os.kill(os.getpid(), 9),
    "exit": lambda: os._exit(0),
    "print": lambda: print("a library that talks", flush=True),
}
