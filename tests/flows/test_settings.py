# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Settings with mistakes: `config check` names every one with its line, and `serve` does not start."""

import re
import subprocess

import pytest
import yaml
from flow_world import GATEWAY

WRONG = """\
issuer: http://gateway.example
listen: {port: 99999}
colour: blue
lifetimes: {authorization_code: 10m}
sources:
  - id: iamsmart
    type: imasmart
    jurisdiction: HK
    titles: {en: iAM Smart}
    settings: {}
clients:
  - client_id: portal
    titles: {en: Portal, zh-Hant: Portal, zh-Hans: Portal}
    jurisdiction: CN
    auth: none
    client_secret_sha256: 3d7b27c46b8bc0a0c29e1e4cb1b7d2e0fd2ad0ac46f1e3d2c9df97bd0a07d3d5
    redirect_uris: ["http://portal.example/callback", "https://portal.example/callback#x"]
    require_pkce: false
    sources: [nowhere]
    binding_source: elsewhere
  - client_id: portal
    titles: {en: Portal, zh-Hant: Portal, zh-Hans: Portal}
    jurisdiction: CN
    redirect_uris: [https://portal.example/callback]
    id_token_alg: none
"""
EXPECTED = {1: "issuer", 2: "port", 3: "colour", 4: "authorization_code", 7: "imasmart", 9: "zh-Hant", 15: "none",
            17: "redirect_uris", 18: "PKCE", 19: "nowhere", 20: "elsewhere", 21: "portal", 25: "id_token_alg"}


def run(*words):
    return subprocess.run([GATEWAY, *map(str, words)], capture_output=True, text=True, timeout=30)


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "baygate.yaml"
    path.write_text(WRONG)
    return path


def test_config_check_names_every_mistake_with_its_line(wrong):
    done = run("config", "check", wrong)
    assert done.returncode == 1
    lines = [re.fullmatch(re.escape(str(wrong)) + r":(\d+): (.+)", line) for line in done.stdout.splitlines()]
    assert all(lines), done.stdout
    told = {}
    for match in lines:
        told.setdefault(int(match[1]), []).append(match[2])
    for line, word in EXPECTED.items():
        assert any(word in text for text in told.get(line, [])), f"line {line}: {told}"
    assert "http://portal.example/callback" in done.stdout and "#x" in done.stdout


def test_serve_does_not_start_and_says_the_same(wrong, tmp_path):
    told = run("config", "check", wrong).stdout.splitlines()
    done = run("serve", "--settings", wrong, "--state-dir", tmp_path / "state")
    assert done.returncode == 1
    assert all(line in done.stdout + done.stderr for line in told), done.stderr
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("text", ["", "a: [", "\t", "- 1", "issuer: &a [*a]", "a: 1\na: 2", "\x00",
                                  "issuer: !!python/none x", "x: " * 3000, "é" * 10])
def test_what_is_no_settings_at_all(tmp_path, text):
    path = tmp_path / "baygate.yaml"
    path.write_text(text)
    done = run("config", "check", path)
    assert done.returncode == 1 and str(path) in done.stdout + done.stderr, done


def test_a_file_that_is_not_there(tmp_path):
    assert run("config", "check", tmp_path / "none.yaml").returncode == 1
    done = run("serve", "--settings", tmp_path / "none.yaml")
    assert done.returncode == 1 and "none.yaml" in done.stderr


def test_a_kek_that_is_none_is_found_before_the_start(world, tmp_path):
    tree = world.settings()
    (tmp_path / "kek.pem").write_text("no key")
    tree["sources"][0]["settings"]["kek_file"] = str(tmp_path / "kek.pem")
    path = tmp_path / "baygate.yaml"
    path.write_text(yaml.safe_dump(tree))
    done = run("config", "check", path)
    assert done.returncode == 1 and "iamsmart" in done.stdout and len(done.stdout.splitlines()) == 1


def test_good_settings_are_one_line(world):
    done = run("config", "check", world.folder / "baygate-1.yaml")
    assert done.returncode == 0 and done.stdout.startswith("ok: ")


def test_secrets_are_not_told(world, tmp_path):
    tree = world.settings()
    tree["clients"][0]["client_secret"] = "short-secret"
    tree["clients"][0]["require_pcke"] = True
    path = tmp_path / "baygate.yaml"
    path.write_text(yaml.safe_dump(tree))
    done = run("config", "check", path)
    assert done.returncode == 1 and "short-secret" not in done.stdout + done.stderr
    assert "require_pkce" in done.stdout, "a likely spelling is proposed"


@pytest.mark.parametrize("words, status", [((), 0), (("nothing",), 2), (("config",), 2), (("serve", "--nothing"), 2),
                                           (("serve", "--help"), 0), (("config", "--help"), 0), (("--help",), 0),
                                           (("config", "reference"), 0)])
def test_the_command_line(words, status):
    done = run(*words)
    assert done.returncode == status and (done.stdout + done.stderr).strip()
