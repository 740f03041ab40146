"""Prepare this checkout: system libraries, .venv, locked wheels, compiled texts.

Only the standard library, and only what Python 3.8 can parse: this file has to be able to say
that the Python is too old. What is in order is not touched again.

    python3 scripts/bootstrap.py base|dev
"""

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
LIBRARIES = {  # what WeasyPrint loads, and the Debian package that has it
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
LOAD = """
import ctypes, importlib.util, sys
if importlib.util.find_spec("ensurepip") is None:
    print("ensurepip")
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def say(text):
    print(text, flush=True)


def refuse_old_python(version):
    if tuple(version[:2]) < OLDEST:
        found = ".".join(str(part) for part in version[:3])
        sys.exit(f"Leerlijn needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python {found}.")


def missing_libraries():
    """In a process of its own, so that what apt adds is seen when asked again."""
    answer = subprocess.run([sys.executable, "-c", LOAD, *LIBRARIES], capture_output=True, text=True, check=True)
    packages = {"ensurepip": "python3-venv", **LIBRARIES}
    return [packages[name] for name in answer.stdout.split()]


def missing_servers():
    """What only the tests need: a browser, PostgreSQL, Redis and a reader of PDFs, found by their programs."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    missing = []
    if not shutil.which("chromium", path=path):
        missing.append("chromium")
    if not (shutil.which("initdb", path=path) or glob.glob("/usr/lib/postgresql/*/bin/initdb")):
        missing.append("postgresql")
    if not shutil.which("redis-server", path=path):
        missing.append("redis-server")
    if not shutil.which("pdftotext", path=path):
        missing.append("poppler-utils")
    return missing


def missing_packages(kind):
    return missing_libraries() + (missing_servers() if kind == "dev" else [])


def install_packages(kind):
    missing = missing_packages(kind)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not shutil.which("apt-get"):
        sys.exit("This machine has no apt-get. Install what these Debian packages hold: " + " ".join(missing))
    if os.geteuid() != 0:
        sys.exit("Run as root:  apt-get update && " + " ".join(install))
    say("Installing with apt-get: " + " ".join(missing))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], install):
        if subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL).returncode:
            sys.exit("This command failed:  " + " ".join(command))
    still = missing_packages(kind)
    if still:
        sys.exit("Still missing after apt-get: " + " ".join(still))


def venv_version():
    """The Python inside .venv, or an empty text when there is none that runs."""
    if not os.path.exists(PYTHON):
        return ""
    asked = subprocess.run([PYTHON, "-I", "-S", "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def fingerprint(kind):
    """Of all that decides what is installed. `dev` holds all of `base`, so it counts both locks."""
    digest = hashlib.sha256(venv_version().encode())
    for name in ("base", "dev") if kind == "dev" else ("base",):
        with open(os.path.join(ROOT, "requirements", name + ".txt"), "rb") as lock:
            digest.update(lock.read())
    return digest.hexdigest()


def stamp_path(kind):
    return os.path.join(VENV, ".lock-" + kind)


def is_installed(kind):
    for holder in ("dev",) if kind == "dev" else ("base", "dev"):
        try:
            with open(stamp_path(holder)) as stamp:
                if stamp.read() == fingerprint(holder):
                    return True
        except FileNotFoundError:
            continue
    return False


def make_venv():
    if venv_version() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    say("Making .venv")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV]).returncode:
        sys.exit("Python could not make .venv; the lines above say why.")


def install_wheels(kind):
    """Wheels only, each of a hash in the lock: no compiler, and nothing that the lock does not name.

    The lock is whole, so pip resolves nothing: pip 23 looks at newer releases for `name[extra]`, and refuses them.
    """
    if is_installed(kind):
        return
    make_venv()
    say("Installing the packages of requirements/" + kind + ".txt")
    lock = os.path.join(ROOT, "requirements", kind + ".txt")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]
    if subprocess.run([*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", lock]).returncode:
        sys.exit("pip could not install the packages; the lines above say why.")
    with open(stamp_path(kind), "w") as stamp:
        stamp.write(fingerprint(kind))


def stale_catalogues():
    stale = []
    for source in sorted(glob.glob(os.path.join(ROOT, "locale", "*", "LC_MESSAGES", "*.po"))):
        target = source[:-3] + ".mo"
        if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source):
            stale.append(source)
    return stale


def compile_catalogues():
    stale = stale_catalogues()
    if stale:
        compile_each = "import sys, polib\nfor p in sys.argv[1:]: polib.pofile(p).save_as_mofile(p[:-3] + '.mo')"
        if subprocess.run([PYTHON, "-c", compile_each, *stale]).returncode:
            sys.exit("The translations could not be compiled; the lines above say which file.")


def main(arguments):
    refuse_old_python(sys.version_info)
    if arguments not in (["base"], ["dev"]):
        sys.exit("Say what to prepare:  python3 scripts/bootstrap.py base|dev")
    (kind,) = arguments
    with open(os.path.join(ROOT, "requirements", "base.txt")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make demo` and `make test` may start at the same moment
        install_packages(kind)
        install_wheels(kind)
        compile_catalogues()


if __name__ == "__main__":
    main(sys.argv[1:])
