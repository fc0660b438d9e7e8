# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Runs one test executable and reads what it says: TAP, its exit status, and the reports of the sanitizers."""

import os
import re
import signal
import subprocess

ASAN = "abort_on_error=1:detect_leaks=1:strict_string_checks=1:disable_coredump=1"
UBSAN = "halt_on_error=1:print_stacktrace=1"
FINDING = re.compile(r"ERROR: (Address|Leak)Sanitizer|: runtime error: |AddressSanitizer:DEADLYSIGNAL")

RESULT = re.compile(r"^(not )?ok\b\s*(\d+)?\s*(?:-\s*)?([^#]*?)\s*(?:#\s*(.*))?$")
PLAN = re.compile(r"^1\.\.(\d+)\b")
SKIP = re.compile(r"^skip\S*\s*(.*)$", re.IGNORECASE)


class Verdict:
    """What came of one test: passed, failed or skipped, and why."""

    def __init__(self, name, outcome, text=""):
        self.name, self.outcome, self.text = name, outcome, text


def run(test):
    """Runs one executable; returns its verdicts, at least one."""
    environment = dict(os.environ, ASAN_OPTIONS=ASAN, UBSAN_OPTIONS=UBSAN, **test["env"])
    process = subprocess.Popen(
        test["cmd"], env=environment, cwd=test["workdir"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, errors="backslashreplace", start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=6 * test["timeout"])
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return [Verdict("", "failed", f"not done after {6 * test['timeout']} seconds\n{out}{err}")]
    if test["protocol"] == "tap":
        return tap_verdicts(out, err, process.returncode)
    return [exit_verdict(out, err, process.returncode)]


def exit_verdict(out, err, status):
    if FINDING.search(out + err):
        return Verdict("", "failed", f"a sanitizer reports:\n{out}{err}")
    if status == 77:
        return Verdict("", "skipped", (out + err).strip() or "exit status 77")
    return Verdict("", "failed" if status else "passed", f"exit status {status}\n{out}{err}")


def tap_verdicts(out, err, status):
    verdicts, planned = tap_parse(out)
    wrong = None
    if FINDING.search(out + err):
        wrong = "a sanitizer reports"
    elif status < 0:
        wrong = "ended by " + signal.Signals(-status).name
    elif re.search(r"^Bail out!", out, re.MULTILINE):
        wrong = "bailed out"
    elif planned is None:
        wrong = "printed no plan"
    elif planned != len(verdicts):
        wrong = f"planned {planned} tests, reported {len(verdicts)}"
    elif planned == 0:
        wrong = "holds no test"
    elif status != 0 and all(verdict.outcome != "failed" for verdict in verdicts):
        wrong = f"exit status {status}, although no test failed"
    for verdict in verdicts:
        if verdict.outcome == "failed" and err.strip():
            verdict.text += "\n" + err.strip()
    if wrong:
        verdicts.append(Verdict("(the executable itself)", "failed", f"{wrong}\n{out}{err}"))
    return verdicts


def tap_parse(out):
    """The verdicts and the number of planned tests: None without a plan, the sum where there are several groups."""
    verdicts, planned, notes = [], None, []
    for line in out.splitlines():
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            planned = (planned or 0) + int(plan.group(1))
        elif result:
            verdicts.append(tap_result(result, notes))
            notes = []
        elif line.startswith("# not ok - "):
            continue  # cmocka's word on the whole group
        elif verdicts and verdicts[-1].outcome == "failed" and line.startswith("#"):
            verdicts[-1].text += "\n" + line[1:].strip()
        elif line.strip():
            notes.append(line.lstrip("# ").rstrip())
    return verdicts, planned


def tap_result(match, notes):
    """One result line. cmocka writes the test's name after SKIP, and nothing about the reason but what was printed."""
    failed, number, name, directive = match.groups()
    skip = SKIP.match(directive or "")
    if skip:
        reason = skip.group(1) if name else " ".join(notes)
        return Verdict(name or skip.group(1) or number or "?", "skipped", reason or "the test gave no reason")
    return Verdict(name or number or "?", "failed" if failed else "passed", "\n".join(notes))
