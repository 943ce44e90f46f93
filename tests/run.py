#!/usr/bin/python3
"""Runs the suites that drive real programs: tests/run.py [-k TEXT] SUITE...    (integration, compat, fault)

For each test one line; at the end a line for each suite, and as the very last `N passed, N failed`, which tools/test adds up.
Exit status 0 if nothing failed. Needs root, and the programs in build/release/bin (or MOCKER_BIN)."""

import argparse
import os
import pathlib
import signal
import sys
import time
import traceback
import unittest

TESTS = pathlib.Path(__file__).resolve().parent
DEBIAN = "/usr/bin/python3"  # which has python3-docker, whatever other python3 comes first in PATH
if os.path.exists(DEBIAN) and os.path.realpath(sys.executable) != os.path.realpath(DEBIAN):
    os.execv(DEBIAN, [DEBIAN, *sys.argv])
sys.path.insert(0, str(TESTS / "support"))

from mocker_tests import engine, host, registry  # noqa: E402 (the path comes first)

LIMIT = 240  # seconds for one test, unless it has a `limit` of its own


def on_end(_signal, _frame):
    raise KeyboardInterrupt  # which no test takes for a failure of its own


def tear_down():
    """What tests that were interrupted could not do themselves."""
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, signal.SIG_IGN)
    for fixture in [*engine.live]:
        fixture.tear_down()
    for fixture in [*registry.live]:
        fixture.stop()


class TooLong(Exception):
    pass


def on_alarm(_signal, _frame):
    raise TooLong("the test took too long")


class Result(unittest.TestResult):
    """Prints a line a test, the reason of a failure at once, and counts."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.bad = []
        self.not_run = []

    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()
        self.failed_here = False
        method = getattr(test, test._testMethodName, None)
        signal.alarm(getattr(method, "limit", LIMIT))

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)
        if not self.failed_here:
            self.passed += 1
            self._line("ok", test)

    def _line(self, verdict, test):
        print(f"{verdict:4} {test.id()} ({time.monotonic() - getattr(self, 'begun', time.monotonic()):.1f} s)", flush=True)

    def _bad(self, test, err):
        if not getattr(self, "failed_here", False) or "setUpClass" in test.id():
            self.bad.append(test.id())
        self.failed_here = True
        self._line("FAIL", test)
        print("    " + "".join(traceback.format_exception(*err)).rstrip().replace("\n", "\n    "), flush=True)

    def addError(self, test, err):
        self._bad(test, err)

    def addFailure(self, test, err):
        self._bad(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._bad(subtest, err)

    def addSkip(self, test, reason):
        self.failed_here = True
        self.not_run.append(test.id())
        self._line("skip", test)
        print(f"    {reason}", flush=True)


def select(suite, text):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from select(test, text)
        elif text is None or text in test.id():
            yield test


def run_suite(name, text):
    found = unittest.TestLoader().discover(str(TESTS / name), pattern="*_test.py", top_level_dir=str(TESTS / name))
    result = Result()
    unittest.TestSuite(select(found, text)).run(result)
    return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-k", metavar="TEXT", help="only tests whose name contains this")
    arguments.add_argument("suites", nargs="+", choices=["integration", "compat", "fault"])
    given = arguments.parse_args()
    if os.geteuid() != 0:
        sys.exit("tests/run.py: needs root")
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, on_end)
    host.sweep()
    summaries, passed, failed = [], 0, 0
    try:
        for name in given.suites:
            result = run_suite(name, given.k)
            passed += result.passed
            failed += len(result.bad)
            summaries.append(f"{name}: {result.passed} passed, {len(result.bad)} failed, {len(result.not_run)} skipped")
            for bad in result.bad:
                summaries.append(f"  failed: {bad}")
    except KeyboardInterrupt:
        summaries.append("interrupted")
        failed += 1
    finally:
        signal.alarm(0)
        tear_down()
    print("\n".join([*summaries, f"{passed} passed, {failed} failed"]), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
