# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What a good token gets, what the rules ask for, and how a refusal says what is missing."""

import pytest

SETTINGS = {
    "acr_order": ["low", "substantial", "high"],
    "rules": [
        {"path": "/", "scopes": ["read"]},
        {"path": "/api", "methods": ["GET"], "scopes": ["read"]},
        {"path": "/api", "methods": ["POST"], "scopes": ["read", "write"], "acr_minimum": "substantial", "max_age": "5m"},
        {"path": "/api", "methods": ["OPTIONS"], "open": True},
        {"path": "/api/deep", "acr": ["high", "other"], "algs": ["ES256"]},
        {"path": "/other", "audience": "https://other.example"},
        {"path": "/public/", "open": True},
    ],
}


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "EdDSA"])
def test_a_good_token_passes_with_its_identity(guard, alg):
    answer = guard.ask(guard.token(alg, acr="substantial", roles=["a", "b,c"], name="陳大文 100%"))
    assert answer.status == 200, answer
    assert answer.headers["X-Subject"] == "person-1" and answer.headers["X-Acr"] == "substantial"
    assert answer.headers["X-Roles"] == "a,b%2Cc"
    assert answer.headers["X-Name"] == "%E9%99%B3%E5%A4%A7%E6%96%87 100%25"
    assert answer.headers["Cache-Control"] == "no-store"


def test_headers_are_answered_empty_where_the_claim_is_absent(guard):
    answer = guard.ask(guard.token(sub=None), more=[("X-Acr", "high"), ("X-Subject", "somebody-else")])
    assert answer.status == 200
    assert [answer.headers[name] for name in ("X-Subject", "X-Acr", "X-Roles", "X-Name")] == [""] * 4


def test_an_open_rule_answers_empty_headers_whatever_is_sent(guard):
    for path, method in (("/public/style.css", "GET"), ("/api/x", "OPTIONS")):
        answer = guard.ask(guard.token(), path, method, more=[("X-Subject", "forged")])
        assert answer.status == 200 and answer.headers["X-Subject"] == "", (path, answer)
        assert guard.ask(None, path, method).status == 200


def test_without_a_token_the_challenge_names_no_error(guard):
    for headers in ([], [("Authorization", "Basic dXNlcjpwYXNz")], [("Authorization", "")]):
        answer = guard.ask(path="/api", more=headers)
        assert answer.status == 401 and answer.challenge == 'Bearer realm="records", scope="read"', answer


def test_a_missing_scope(guard, refused):
    answer = refused(guard.ask(guard.token(scope="write")), "insufficient_scope", 403)
    assert answer.challenge.startswith('Bearer realm="records", ') and 'scope="read"' in answer.challenge
    refused(guard.ask(guard.token(scope=None)), "insufficient_scope", 403)
    refused(guard.ask(guard.token(scope=["read"])), "insufficient_scope", 403)
    refused(guard.ask(guard.token(scope="readwrite unread")), "insufficient_scope", 403)


def test_step_up_by_level(guard, refused):
    good = {"auth_time": guard.now() - 10}
    for acr in ("substantial", "high"):
        assert guard.ask(guard.token(acr=acr, **good), "/api", "POST").status == 200
    for acr in ("low", None, "", "substantial high", ["high"]):
        answer = refused(guard.ask(guard.token(acr=acr, **good), "/api", "POST"), "insufficient_user_authentication")
        assert 'acr_values="substantial high"' in answer.challenge and 'max_age="300"' in answer.challenge
    answer = refused(guard.ask(guard.token(acr="substantial"), "/api/deep/x"), "insufficient_user_authentication")
    assert 'acr_values="high other"' in answer.challenge and "max_age" not in answer.challenge


def test_step_up_by_age_of_the_login(guard, refused):
    good = {"acr": "high"}
    assert guard.ask(guard.token(auth_time=guard.now() - 305, **good), "/api", "POST").status == 200  # the leeway
    for auth_time in (guard.now() - 320, None, str(guard.now()), guard.now() + 3600, 1e300, -1):
        answer = refused(guard.ask(guard.token(auth_time=auth_time, **good), "/api", "POST"),
                         "insufficient_user_authentication")
        assert 'max_age="300"' in answer.challenge


def test_the_age_of_the_login_is_looked_at_with_every_request(guard, refused):
    token = guard.token(acr="high", auth_time=guard.now() - 10)
    assert guard.ask(token, "/api", "POST").status == 200
    guard.pass_time(350)
    refused(guard.ask(token, "/api", "POST"), "insufficient_user_authentication")
    assert guard.ask(token, "/api").status == 200


def test_a_rule_of_its_own_audience_and_algorithms(guard, refused):
    refused(guard.ask(guard.token(), "/other"), "invalid_token")
    token = guard.token(aud="https://other.example")
    assert guard.ask(token, "/other").status == 200
    refused(guard.ask(token, "/"), "invalid_token")
    assert guard.ask(guard.token(acr="high"), "/api/deep").status == 200
    refused(guard.ask(guard.token("RS256", acr="high"), "/api/deep"), "invalid_token")


def test_the_longest_path_decides_and_methods_don_t_fall_back(guard):
    token = guard.token(acr="low")
    assert guard.ask(token, "/apiary").status == 200, "another segment: the rule of /"
    for path, method in (("/api", "PUT"), ("/api/x", "get"), ("/api", "HEAD"), ("/api/x?y=/public/", "DELETE")):
        answer = guard.ask(token, path, method)
        assert answer.status == 403 and not answer.challenge, (path, method, answer)


@pytest.mark.parametrize("path", [
    "", "*", "http://x/public/", "public/", "/public/../api", "/public/..", "/public/%2e%2e/api", "/public/./x", "/public//api",
    "//public/", "/public%2f..%2fapi", "/public/%2F", "/public/%5c", "/public/\\..\\api", "/public/%25%32%65", "/public/..;/api",
    "/public;x=1/api", "/public/%3b", "/public/%00", "/public/%0a", "/public/%", "/public/%2", "/public/%zz", "/public/#x",
    "/public/%c0%ae%c0%ae/", "/public/%ff", "/public/" + "x" * 5000])
def test_paths_that_can_be_read_in_two_ways_are_refused(guard, path):
    answer = guard.ask(guard.token(), path)
    assert answer.status == 403, (path, answer)


def test_paths_are_compared_decoded(guard):
    assert guard.ask(None, "/%70ublic/%E9%99%B3?x=../../api").status == 200
    assert guard.ask(None, "/%61pi").status == 401


@pytest.mark.parametrize("headers", [
    [], [("X-Original-URI", "/public/")], [("X-Original-Method", "GET")],
    [("X-Original-URI", "/public/"), ("X-Original-URI", "/api"), ("X-Original-Method", "GET")],
    [("X-Original-URI", "/public/"), ("X-Original-Method", "GET"), ("X-Original-Method", "POST")],
    [("X-Original-URI", "/public/"), ("X-Original-Method", "G" * 40)],
    [("X-Forwarded-Uri", "/public/"), ("X-Forwarded-Method", "GET")]])
def test_without_the_proxy_s_headers_nothing_passes(guard, headers):
    answer = guard.get("/auth", headers)
    assert answer.status == 403 and answer.headers.get("X-Subject") is None, answer


def test_authorization_must_be_clear(guard, refused):
    token = guard.token()
    assert guard.ask(token, scheme="bEARER").status == 200
    refused(guard.ask(token, more=[("Authorization", f"Bearer {token}")]), "invalid_request")
    for bad in ("", "a b", "a,b", '"quoted"', "ü", "x" * 20000):
        answer = guard.ask(bad.encode("utf-8").decode("latin-1"))
        assert answer.status in (401, 431) and "X-Subject" not in answer.headers, (bad, answer)


def test_there_is_nothing_else(guard):
    assert guard.get("/").status == 404 and guard.get("/auth/x").status == 404
    assert guard.get("/healthz").status == 200 and guard.get("/readyz").status == 200


def test_figures(guard):
    before = {name: guard.metric(name) for name in ("signatures_total", "cached_total", "second_opinions_total")}
    allowed = guard.metric('decisions_total{outcome="allowed"}')
    token = guard.token("RS256")
    for _ in range(3):
        assert guard.ask(token).status == 200
    assert guard.metric("signatures_total") == before["signatures_total"] + 1
    assert guard.metric("second_opinions_total") == before["second_opinions_total"] + 1
    assert guard.metric("cached_total") == before["cached_total"] + 2
    assert guard.metric('decisions_total{outcome="allowed"}') == allowed + 3
    assert guard.metric("disagreements_total") == 0 and guard.metric("keys") == 4
