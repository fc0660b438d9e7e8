# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The program: its settings and what it says of mistakes in them, Envoy's way of asking, a disagreement of the two
verifiers, and its manual."""

import os
import subprocess
import threading

import pytest
import tree
from guard_world import BUILD, GUARD, GuardWorld, new_key
from program import wait_until

GOOD = "issuer: https://id.example.org\naudience: https://a.example\nrules:\n  - path: /\n"


def run(*arguments):
    return subprocess.run([GUARD, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(name="check")
def make_check(tmp_path):
    def check(text):
        path = tmp_path / "guard.yaml"
        path.write_text(text, encoding="utf-8")
        done = run("check", path)
        return done.returncode, done.stdout.replace(str(path), "guard.yaml")
    return check


def test_good_settings(check):
    assert check(GOOD) == (0, "guard.yaml: 1 rules, no mistakes\n")
    sample = run("check", tree.ROOT / "config" / "guard.yaml")
    assert sample.returncode == 0, sample.stdout


@pytest.mark.parametrize("text, said", [
    ("isuer: https://id.example.org\n" + GOOD, 'guard.yaml:1: unknown setting "isuer"; did you mean "issuer"?'),
    (GOOD.replace("https://id", "http://id"), 'guard.yaml:1: "issuer" must begin with https://'),
    (GOOD.replace("example.org", "example.org/"), 'guard.yaml:1: "issuer" must have no "/" at its end'),
    (GOOD.replace("audience: https://a.example\n", ""), 'guard.yaml:3: "audience" is missing, here and for all rules'),
    ("issuer: https://id.example.org\n", '"rules" is missing'),
    (GOOD + "  - path: ../x\n", 'guard.yaml:5: "path": the path is refused'),
    (GOOD + "  - path: /a/../b\n", 'guard.yaml:5: "path": the path is refused: it has a dot segment'),
    (GOOD + "  - path: /\n    methods: [GET]\n", 'guard.yaml:5: "path": an earlier rule is for the same path and method'),
    (GOOD + "  - path: /a/\n  - path: /%61\n", 'guard.yaml:6: "path": an earlier rule is for the same path'),
    (GOOD + "  - path: /a\n    open: true\n    scopes: [x]\n", 'guard.yaml:6: "open" goes with "path" and "methods" only'),
    (GOOD + "  - path: /a\n    scopes: ['a b']\n", 'guard.yaml:6: "scopes": must be printable ASCII without blanks'),
    (GOOD + "  - path: /a\n    acr: ['\"']\n", 'guard.yaml:6: "acr": must be printable ASCII'),
    (GOOD + "  - path: /a\n    methods: ['GET,POST']\n", 'guard.yaml:6: "methods": must be a method such as GET'),
    (GOOD + "  - path: /a\n    acr_minimum: high\n", 'guard.yaml:6: "acr_minimum" is not in "acr_order"'),
    (GOOD + "  - path: /a\n    acr: [x]\n    acr_minimum: high\nacr_order: [high]\n", "don't go together"),
    (GOOD + "  - path: /a\n    algs: [none]\n", 'guard.yaml:6: "algs" must be one of'),
    (GOOD + "  - path: /a\n    max_age: 5\n", '"max_age" must be a duration'),
    (GOOD + "status_list:\n  check: maybe\n", 'guard.yaml:6: "check" must be one of'),
    (GOOD + "status_list:\n  origins: [https://a.example/lists]\n", 'must end after the host or its port'),
    (GOOD + "status_list:\n  origins: [http://a.example]\n", "must begin with https://"),
    (GOOD + "status_list:\n  lists: 0\n", '"lists"'),
    (GOOD + "headers:\n  sub: Authorization\n", 'guard.yaml:5: "headers": "sub" must be a header\'s name'),
    (GOOD + "headers:\n  sub: X_User\n", '"headers": "sub" must be a header\'s name'),
    (GOOD + "headers:\n  sub: X-User\n  name: x-user\n", '"headers": "name" must be a header\'s name'),
    (GOOD + "headers:\n  sub: X-Original-Uri\n", '"headers": "sub" must be a header\'s name'),
    (GOOD + "headers:\n" + "".join(f"  c{n}: X-H{n}\n" for n in range(17)), '"headers" has more than 16'),
    (GOOD + "target:\n  uri_header: 'X Y'\n", '"uri_header" must be a header\'s name'),
    (GOOD + "dpop:\n  origins: [https://a.example/path]\n", '"origins": must end after the host'),
    (GOOD + "leeway: 2m\n", '"leeway" must be from 0s to 1m'),
    (GOOD + "second_opinion: maybe\n", '"second_opinion" must be one of: on off'),
    (GOOD + "keys:\n  refresh: 2h\n", '"max_stale" must not be less than "refresh"'),
    (GOOD + "realm: 'a\"b'\n", '"realm" must be printable ASCII'),
    (GOOD + "ca_file: /no/such/file\n", '"ca_file": /no/such/file: No such file'),
    ("issuer: [\n", "not YAML"),
], ids=lambda text: text[-30:])
def test_mistakes_are_named_with_their_line(check, text, said):
    status, output = check(text)
    assert status == 1 and said in output, output


def test_all_mistakes_at_once(check):
    status, output = check("issuer: x\nrealm: 1\nrules:\n  - path: x\n  - path: y\nunknown: 1\n")
    assert status == 1 and len(output.splitlines()) >= 5, output


def test_the_command_line(tmp_path):
    assert "--config FILE" in run("--help").stdout and run("--help").returncode == 0
    for wrong in (["nonsense"], ["check"], ["check", "a", "b"], ["--unknown"]):
        done = run(*wrong)
        assert done.returncode == 2 and "usage: baygate-guard" in done.stderr
    missing = run("--config", tmp_path / "missing.yaml")
    assert missing.returncode == 1 and "No such file" in missing.stderr


def test_a_port_that_is_taken(tmp_path):
    with GuardWorld("test_guard_port") as guard:
        path = tmp_path / "guard.yaml"
        path.write_text(GOOD + f"listen: {{port: {guard.port}}}\n")
        done = run("--config", path)
        assert done.returncode == 1 and "cannot listen" in done.stderr


def test_the_manual_is_fresh():
    printed = run("reference")
    assert printed.returncode == 0
    assert tree.text("docs/guard-settings.md") == printed.stdout, "run: baygate-guard reference > docs/guard-settings.md"


def test_envoy_asks_with_the_path_and_the_method():
    rules = [{"path": "/api", "methods": ["GET", "PATCH"]}, {"path": "/open", "open": True}]
    with GuardWorld("test_guard_envoy", target={"from": "path"}, rules=rules) as guard:
        bearer = [("Authorization", f"Bearer {guard.token()}")]
        for method in ("GET", "PATCH"):
            assert guard.get("/auth/api/x?y=z", bearer, method).status == 200
        assert guard.get("/auth/api", method="GET").status == 401
        assert guard.get("/auth/api", bearer, "DELETE").status == 403
        assert guard.get("/auth/open", method="POST").status == 200
        assert guard.get("/auth/open/../api").status == 403 and guard.get("/auth").status == 403
        assert guard.get("/authority").status == 404
        forged = [("X-Original-URI", "/open"), ("X-Original-Method", "GET")]
        assert guard.get("/auth/api", forged).status == 401, "headers say nothing here"


def test_traefik_s_headers():
    target = {"uri_header": "X-Forwarded-Uri", "method_header": "X-Forwarded-Method"}
    with GuardWorld("test_guard_traefik", target=target) as guard:
        headers = [("Authorization", f"Bearer {guard.token()}"), ("X-Forwarded-Uri", "/x?y"), ("X-Forwarded-Method", "GET")]
        assert guard.get("/auth", headers).status == 200
        assert guard.ask(guard.token()).status == 403


def test_a_disagreement_is_a_refusal_and_is_told():
    """With a liboauth2 that verifies nothing in place of the real one."""
    contrary = BUILD / "tests" / "guard" / "libcontrary.so"
    world = GuardWorld("test_guard_disagreement")
    world.program.environment.update(LD_PRELOAD=str(contrary))
    options = os.environ.get("ASAN_OPTIONS", "")
    world.program.environment["ASAN_OPTIONS"] = ":".join(filter(None, [options, "verify_asan_link_order=0"]))
    with world as guard:
        for alg in ("ES256", "RS256", "PS256"):
            answer = guard.ask(guard.token(alg))
            assert answer.status == 401 and 'error="invalid_token"' in answer.challenge
        assert guard.ask(guard.token("EdDSA")).status == 200, "that it is not asked about"
        assert guard.metric("disagreements_total") == 3
        wait_until(lambda: guard.program.said().count('"event":"second_opinion_disagrees"') == 3, "the log says so")
        assert '"level":"error"' in guard.program.said()


def test_it_stops_when_asked_while_a_request_waits():
    with GuardWorld("test_guard_stopping", keys={"min_refresh": "1s", "timeout": "3s"}) as guard:
        guard.pass_time(2)
        guard.issuer.gate.clear()
        answers, before = [], len(guard.issuer.paths)
        unknown = guard.token(key=new_key("ES256", "attacker"))
        waiting = threading.Thread(target=lambda: answers.append(guard.ask(unknown).status))
        waiting.start()
        wait_until(lambda: len(guard.issuer.paths) > before, "the request waits for keys")
        guard.program.ask_to_stop()
        waiting.join(30)
        assert answers == [401] and guard.program.wait() == 0
