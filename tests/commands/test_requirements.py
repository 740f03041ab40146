"""The locks: wheels of known hashes, from whatever index the machine uses."""

import re

import pytest

from scripts.processes import ROOT

PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)( ; .+?)? \\$")


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> dict[str, str]:
    found = [PIN.match(line) for line in lock(name).splitlines()]
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_line_is_a_pin_or_its_hash(name: str) -> None:
    assert "==" in lock(name)
    odd = [
        line
        for line in lock(name).splitlines()
        if not PIN.match(line) and not re.match(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
    ]
    assert odd == []


def test_dev_has_every_pin_of_base() -> None:
    assert pins("base")["django"].startswith("5.2.")
    assert pins("base").items() <= pins("dev").items()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_wish_is_in_the_lock(name: str) -> None:
    wishes = (ROOT / "requirements" / f"{name}.in").read_text().split("\n")
    wanted = {re.split(r"[\[<>=]", wish)[0] for wish in wishes if wish and not wish.startswith("-")}
    assert wanted
    assert wanted <= set(pins(name))
