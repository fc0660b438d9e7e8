# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The runner of the test executables: what goes wrong in one never counts as passed."""

import sys

import tap


def verdicts(script, protocol="tap"):
    """The outcomes of an executable whose Python text is given."""
    test = {"name": "made up", "cmd": [sys.executable, "-c", script], "env": {}, "workdir": None, "timeout": 5,
            "protocol": protocol}
    return [(verdict.name, verdict.outcome, verdict.text) for verdict in tap.run(test)]


def outcomes(script, protocol="tap"):
    return [outcome for _, outcome, _ in verdicts(script, protocol)]


def test_each_line_is_a_test():
    assert outcomes("print('1..2\\nok 1 - a\\nok 2 - b')") == ["passed", "passed"]


def test_several_groups_add_up():
    assert outcomes("print('1..1\\nok 1 - a\\n1..1\\nok 1 - b')") == ["passed", "passed"]


def test_a_failure_carries_what_was_said():
    (found,) = verdicts("print('1..1\\nnot ok 1 - a\\n# 3 != 4'); raise SystemExit(1)")
    assert found[:2] == ("a", "failed") and "3 != 4" in found[2]


def test_a_skip_has_its_reason():
    assert verdicts("print('1..1\\nok 1 - a # SKIP no such curve')") == [("a", "skipped", "no such curve")]
    assert verdicts("print('1..1\\n# no vectors\\nnot ok 1 # SKIP a')") == [("a", "skipped", "no vectors")]


def test_no_plan_or_another_is_a_failure():
    assert "failed" in outcomes("print('ok 1 - a')")
    assert "failed" in outcomes("print('1..2\\nok 1 - a')")
    assert "failed" in outcomes("print('1..0')")
    assert "failed" in outcomes("pass")


def test_a_crash_is_a_failure():
    assert "failed" in outcomes("import os; print('1..1\\nok 1 - a', flush=True); os.abort()")
    assert "failed" in outcomes("print('1..1\\nok 1 - a'); raise SystemExit(3)")
    assert "failed" in outcomes("print('1..1\\nok 1 - a\\nBail out!')")


def test_a_sanitizer_report_is_a_failure():
    report = "import sys; print('1..1\\nok 1 - a'); print('x.c:3:4: runtime error: overflow', file=sys.stderr)"
    assert outcomes(report) == ["passed", "failed"]
    assert outcomes(report, "exitcode") == ["failed"]


def test_without_tap_the_status_counts():
    assert outcomes("pass", "exitcode") == ["passed"]
    assert outcomes("raise SystemExit(1)", "exitcode") == ["failed"]
    assert outcomes("raise SystemExit(77)", "exitcode") == ["skipped"]
