"""Paths, programs and the few conventions all suites follow."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("MOCKER_BIN", PROJECT / "build/release/bin"))
CACHE = pathlib.Path(os.environ.get("MOCKER_TEST_CACHE", PROJECT / "build/cache"))
MOCKER = str(BIN / "mocker")
MOCKERD = str(BIN / "mockerd")
DOCKER = shutil.which("docker")


class Failed(AssertionError):
    """A program that should have succeeded did not."""


class Outcome:
    """What a program that ran to its end left: `code`, and its output as bytes and as text."""

    def __init__(self, argv, code, stdout, stderr):
        self.argv, self.code, self.stdout, self.stderr = argv, code, stdout, stderr

    @property
    def out(self):
        return self.stdout.decode(errors="replace")

    @property
    def err(self):
        return self.stderr.decode(errors="replace")

    def __repr__(self):
        return f"{' '.join(map(str, self.argv))} -> {self.code}\nstdout: {self.out[-2000:]}\nstderr: {self.err[-2000:]}"


def run(argv, *, input=None, timeout=60, check=True, env=None, cwd=None):
    """Runs a program to its end. One that takes longer than `timeout` is killed with its children and is a failure."""
    argv = [str(a) for a in argv]
    stdin = subprocess.PIPE if input is not None else subprocess.DEVNULL
    process = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=cwd,
                               start_new_session=True)
    if isinstance(input, str):
        input = input.encode()
    try:
        stdout, stderr = process.communicate(input, timeout=timeout)
    except BaseException as e:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        if not isinstance(e, subprocess.TimeoutExpired):
            raise
        raise Failed(f"took longer than {timeout} s: {Outcome(argv, None, stdout, stderr)}") from None
    outcome = Outcome(argv, process.returncode, stdout, stderr)
    if check and outcome.code != 0:
        raise Failed(repr(outcome))
    return outcome


def end_with_us():
    """In a child: it is killed if this process ends without doing so."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start(argv, **more):
    """Starts a program whose end somebody else awaits; its output is piped."""
    more.setdefault("stdin", subprocess.DEVNULL)
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.STDOUT)
    return subprocess.Popen([str(a) for a in argv], start_new_session=True, **more)


def finish(process, timeout=10):
    """Ends a process started by `start`, whatever state it is in."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def eventually(condition, what, timeout=15, every=0.02):
    """Waits until `condition()` is true and gives what it gave."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {timeout} s: {what() if callable(what) else what}")
        time.sleep(every)


def temporary_directory(purpose):
    """A short path, as it holds unix sockets."""
    return pathlib.Path(tempfile.mkdtemp(prefix=f"mkt-{purpose}-", dir="/tmp"))


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
