"""Make or mend `.venv` from the pinned, hashed requirements. Run by any python3; needs nothing but itself.

Written for old interpreters too: one that is too old must still be able to read the sentence that says so.
"""

import errno
import hashlib
import os
import shutil
import subprocess  # nosec B404
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
ADVICE = {
    errno.EACCES: "This folder is read-only for you. Copy it to a folder of your own, or ask for write access.",
    errno.EROFS: "This folder is on a read-only disk. Copy it to a folder that can be written.",
    errno.ENOSPC: "The disk is full. Free about 1 GB and run the command again.",
}


def stop(sentence):
    """End with one sentence that says what to do."""
    sys.exit("\n  %s\n" % sentence)


def check_python():
    """Stop unless this Python is new enough and can make environments."""
    if sys.version_info < OLDEST:
        stop(
            "Python 3.11 or newer is needed; %s is Python %d.%d. Name a newer one: make PYTHON3=python3.12 run"
            % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv")


def digest(files):
    """Return what this environment is made from: the interpreter, the pins, and the place (scripts name it)."""
    made_from = hashlib.sha256((sys.version + VENV).encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as pins:
            made_from.update(pins.read())
    return made_from.hexdigest()


def runs():
    """Say whether the environment's Python starts and is this one."""
    if not os.path.exists(PYTHON):
        return False
    ask = [PYTHON, "-c", "import sys, pip; print(sys.version)"]
    answer = subprocess.run(ask, capture_output=True, text=True)  # nosec B603
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def make_environment():
    """Make `.venv` anew, in place of one that cannot run."""
    print("Making the Python environment in .venv ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)  # nosec B603
    if made.returncode:
        explain(made.stdout + made.stderr, "The Python environment could not be made.")


def install(files):
    """Install the pins; pip checks every hash."""
    print("Installing %s ..." % " and ".join(files), flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check"]
    command += ["--no-input", "--no-compile"]
    for name in files:
        command += ["-r", os.path.join(ROOT, name)]
    done = subprocess.run(command, capture_output=True, text=True)  # nosec B603
    if done.returncode:
        explain(done.stdout + done.stderr, "The packages could not be installed. Is the network there?")


def explain(output, otherwise):
    """Stop with the advice for what went wrong, after the last words of the program that failed."""
    for number, advice in ADVICE.items():
        if os.strerror(number) in output:
            stop(advice)
    last_lines = "\n".join("  " + line for line in output.strip().splitlines()[-4:])
    stop("%s It said:\n%s" % (otherwise, last_lines))


def main(kind):
    """Bring `.venv` in line with the pins; at once when nothing changed."""
    files = ["requirements.txt"] + (["requirements-dev.txt"] if kind == "development" else [])
    stamps = {k: os.path.join(VENV, ".made-from-%s" % k) for k in ("product", "development")}
    made_from = digest(files)
    if os.path.exists(stamps[kind]) and os.path.exists(PYTHON):
        with open(stamps[kind]) as stamp:
            if stamp.read() == made_from:
                return
    check_python()
    if not runs():
        make_environment()
    install(files)
    with open(stamps[kind], "w") as stamp:
        stamp.write(made_from)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "product")
    except OSError as problem:
        if problem.errno not in ADVICE:
            raise
        stop(ADVICE[problem.errno])
    except KeyboardInterrupt:
        sys.exit(130)
