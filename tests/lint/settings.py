# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""docs/settings.md is printed from the tables, and the settings of the demonstration are good."""

import os
import pathlib
import subprocess

import pytest
import tree


@pytest.fixture(name="baygate")
def find_baygate():
    build = pathlib.Path(os.environ.get("BAYGATE_BUILD", tree.ROOT / "build" / "test"))
    found = [path for path in (build / "gateway" / "baygate", build / "baygate") if path.exists()]
    if not found:
        pytest.skip(f"no baygate in {build}")

    def run(*arguments):
        return subprocess.run([found[0], *arguments], capture_output=True, text=True, timeout=60, check=False)

    return run


def test_the_manual_of_settings_is_fresh(baygate):
    printed = baygate("config", "reference")
    assert printed.returncode == 0, printed.stderr
    assert tree.text("docs/settings.md") == printed.stdout, "run: baygate config reference > docs/settings.md"


def test_the_sample_has_only_its_secrets_missing(baygate):
    checked = baygate("config", "check", str(tree.ROOT / "config" / "sample" / "baygate.yaml"))
    other = [line for line in checked.stdout.splitlines() if "/secrets/" not in line]
    assert checked.returncode == 1 and not other, checked.stdout


def test_a_mistake_has_its_place(baygate, tmp_path):
    settings = tmp_path / "baygate.yaml"
    settings.write_text("issuer: https://id.example\nclinets: []\n", encoding="utf-8")
    checked = baygate("config", "check", str(settings))
    assert checked.returncode == 1
    assert f'{settings}:2: unknown setting "clinets"; did you mean "clients"?' in checked.stdout
