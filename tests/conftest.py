# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""One runner for all tests.

* Every executable that Meson knows as a test is collected at the meson.build of the folder that its name begins with,
  and run once; each test of its TAP output counts as one test here. A crash, a sanitizer's report, a plan that is
  missing or not kept to is a failure; TAP's SKIP is a skip with its reason.
* Programs started by other tests (flows, browser) write their error output to files in the folder that
  BAYGATE_TEST_LOGS names, and AddressSanitizer its reports to files of its own; a test during which a sanitizer's
  report appears in any of these fails. (gcc's UndefinedBehaviourSanitizer can write to the error output only.)
* The last line of the output is "N passed, N failed, N skipped", errors counted as failed.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

import tap

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
BUILD = pathlib.Path(os.environ.setdefault("BAYGATE_BUILD", str(ROOT / "build" / "test")))
REPORTS = BUILD / "sanitizer-reports"
LOGS = pathlib.Path(os.environ.setdefault("BAYGATE_TEST_LOGS", str(BUILD / "test-logs")))


# ---------------------------------------------------------------------------------------------- Meson's executables


def meson_tests():
    """The tests that Meson lists for the build, once."""
    if not hasattr(meson_tests, "kept"):
        done = subprocess.run(["meson", "introspect", "--tests", str(BUILD)], capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 0:
            raise pytest.UsageError(f"{BUILD} is not built yet: use ./dev test\n{done.stdout}{done.stderr}")
        meson_tests.kept = json.loads(done.stdout)
    return meson_tests.kept


def home(test):
    """The folder at whose meson.build a test is collected: the deepest one that its name begins with."""
    folder = TESTS.joinpath(*test["name"].split("/")[:-1])
    while folder != TESTS and not (folder / "meson.build").is_file():
        folder = folder.parent
    return folder


def pytest_collect_file(file_path, parent):
    if file_path.name == "meson.build":
        return MesonFolder.from_parent(parent, path=file_path)


class MesonFolder(pytest.File):
    def collect(self):
        for test in meson_tests():
            if home(test) == self.path.parent:
                yield Executable.from_parent(self, name=test["name"], test=test)


class Executable(pytest.Item):
    def __init__(self, test, **kwargs):
        super().__init__(**kwargs)
        self.test = test

    def reportinfo(self):
        return self.path, None, self.name

    def runtest(self):
        raise AssertionError("an executable is run by pytest_runtest_protocol")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Runs an executable and reports each of its tests as a test."""
    if not isinstance(item, Executable):
        return None
    start = time.time()
    verdicts = tap.run(dict(item.test, workdir=item.test["workdir"] or str(BUILD)))
    duration = time.time() - start
    for verdict in verdicts:
        report(item, verdict, start, duration / len(verdicts))
    return True


def report(item, verdict, start, duration):
    nodeid = item.nodeid + ("::" + verdict.name if verdict.name else "")
    location = (item.location[0], item.location[1], nodeid.split("::", 1)[1])
    item.ihook.pytest_runtest_logstart(nodeid=nodeid, location=location)
    longrepr = {
        "passed": None,
        "failed": verdict.text,
        "skipped": (str(item.path), 0, "Skipped: " + verdict.text),
    }[verdict.outcome]
    item.ihook.pytest_runtest_logreport(
        report=pytest.TestReport(
            nodeid, location, {item.name: 1}, verdict.outcome, longrepr, "call",
            duration=duration, start=start, stop=start + duration,
        )
    )
    item.ihook.pytest_runtest_logfinish(nodeid=nodeid, location=location)


# ------------------------------------------------------------------------------- sanitizers in programs under test


# gcc's runtime says so of every program that switches stacks, although ours tells it of each switch.
HARMLESS = re.compile(r"^==\d+==WARNING: ASan doesn't fully support makecontext.*$", re.MULTILINE)


class Reports:
    """What sanitizers have written, each part of it handed out once."""

    read = {}  # path -> how much of it was looked at

    @classmethod
    def take(cls):
        texts = [f"{path.name}:\n{text}" for path, text in cls.news(REPORTS) if HARMLESS.sub("", text).strip()]
        return texts + [f"{path.name}:\n{text}" for path, text in cls.news(LOGS) if tap.FINDING.search(text)]

    @classmethod
    def news(cls, folder):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            start = cls.read.get(path, 0)
            cls.read[path] = len(content)
            yield path, content[start if start <= len(content) else 0 :].decode(errors="backslashreplace")


def pytest_configure(config):
    for folder in (REPORTS, LOGS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    os.environ["ASAN_OPTIONS"] = f"{tap.ASAN}:log_path={REPORTS}/report"
    os.environ["UBSAN_OPTIONS"] = f"{tap.UBSAN}:log_path={REPORTS}/report"


@pytest.fixture(autouse=True)
def no_sanitizer_report():
    """Fails the test during which a program under test was reported by a sanitizer."""
    yield
    texts = Reports.take()
    if texts:
        pytest.fail("a sanitizer reports:\n" + "\n".join(texts), pytrace=False)


# ---------------------------------------------------------------------------------------------------- the last line


class Count:
    passed = failed = skipped = 0


def pytest_runtest_logreport(report):
    """Counts tests, not their phases: what fails in set-up or afterwards is a failure too."""
    if report.outcome == "failed":
        Count.failed += 1
    elif report.outcome == "skipped":
        Count.skipped += 1
    elif report.when == "call":
        Count.passed += 1


def pytest_collectreport(report):
    if report.outcome == "failed":
        Count.failed += 1
    elif report.outcome == "skipped":
        Count.skipped += 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    texts = Reports.take()
    if texts:
        Count.failed += 1
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\na sanitizer reports, after the last test:\n" + "\n".join(texts))
    if session.exitstatus == pytest.ExitCode.OK and Count.passed == 0:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    if not config.option.collectonly and not config.option.help:
        print(f"{Count.passed} passed, {Count.failed} failed, {Count.skipped} skipped", flush=True)
