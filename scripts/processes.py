"""What the commands share: where the checkout is, a clean environment, children that die with us."""

import ctypes
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
_PR_SET_PDEATHSIG = 1


def names_in_settings() -> list[str]:
    """Every name that portal/settings.py reads from the environment."""
    text = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text)))


def clean_environment(**given: str) -> dict[str, str]:
    """The environment without any setting of the portal that somebody exported, plus `given`.

    Otherwise an exported DATABASE_URL would let the demo load its people into a real database.
    """
    settings = set(names_in_settings())
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return {**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONUNBUFFERED": "1", **given}


def ask_the_kernel(last_signal: signal.Signals, parent: int) -> None:
    """From now on the kernel sends us `last_signal` when `parent` is gone, SIGKILL included."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os.kill(os.getpid(), last_signal)


def dies_with_parent(last_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` for a child that must not outlive us.

    The kernel forgets it when the process changes account, so a change of account comes first
    (subprocess does so for `user=` and `group=`).
    """
    parent = os.getpid()
    return lambda: ask_the_kernel(last_signal, parent)
