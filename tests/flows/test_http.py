# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The endpoints as HTTP: discovery, keys, userinfo, CORS, HEAD, caps, and what is not there."""

import json
import re
import socket

import pytest
from relying_party import answer_json, base64url
from web_browser import exchange

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WELL_KNOWN = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]


# ------------------------------------------------------------------------------------------- discovery and keys


@pytest.mark.parametrize("path", WELL_KNOWN)
def test_discovery_tells_what_there_is(world, path):
    answer = exchange("GET", world.issuer + path)
    found = answer_json(answer)
    assert answer.status == 200 and "max-age" in answer.headers["Cache-Control"]
    assert found["issuer"] == world.issuer
    assert found["response_types_supported"] == ["code"] and found["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert found["subject_types_supported"] == ["pairwise"]
    assert set(found["id_token_signing_alg_values_supported"]) == {"ES256", "RS256", "PS256", "EdDSA", "SGD_SM3_SM2"}
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert "openid" in found["scopes_supported"] and "urn:baygate:acr:low" in found["acr_values_supported"]
    assert found["request_parameter_supported"] is False


def test_every_endpoint_in_discovery_answers(world):
    found = answer_json(exchange("GET", world.issuer + WELL_KNOWN[0]))
    endpoints = {name: url for name, url in found.items() if name.endswith(("_endpoint", "_uri"))}
    assert {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"} <= set(endpoints)
    for name, url in endpoints.items():
        assert url.startswith(world.issuer + "/")
        assert exchange("GET", url).status in (200, 400, 401, 405), name


def test_the_published_keys_are_public(world):
    answer = exchange("GET", world.issuer + "/jwks")
    keys = json.loads(answer.body)["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES256", "EdDSA", "PS256", "RS256", "SGD_SM3_SM2"]
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert set(key) <= {"kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"}, "nothing private"
        assert key["use"] == "sig"
        assert key["kty"] != "RSA" or len(key["n"]) >= 342, "2048 bits or more"


# ------------------------------------------------------------------------------------------------------ userinfo


@pytest.fixture
def token(world, journey):
    world.hurry()
    return journey("hongkong").finish()["access_token"]


def bearer(token):
    return {"Authorization": "Bearer " + token}


def test_userinfo_by_get_and_post(world, token):
    url = world.issuer + "/userinfo"
    answers = [exchange("GET", url, bearer(token)), exchange("POST", url, bearer(token)),
               exchange("POST", url, FORM, "access_token=" + token),
               exchange("GET", url, {"Authorization": "bearer " + token})]
    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert set(answer_json(answers[0])) == {"sub", "name", "family_name", "given_name", "gender", "birthdate"}


def test_userinfo_without_a_token_asks_for_one(world):
    answer = exchange("GET", world.issuer + "/userinfo")
    assert answer.status == 401 and answer.headers["WWW-Authenticate"] == 'Bearer realm="baygate"'
    assert exchange("GET", world.issuer + "/userinfo?access_token=x").status == 401, "not from the address"


def test_userinfo_with_a_wrong_token(world, token):
    head, body, signature = token.split(".")
    none = base64url(b'{"alg":"none","typ":"at+jwt"}')
    for wrong in ("x", "a.b.c", "", " ", f"{head}.{body}.", f"{none}.{body}.", f"{head}.{body}.{signature[:-2]}AA",
                  token + "x", token + ".x", "x" * 9000):
        answer = exchange("GET", world.issuer + "/userinfo", bearer(wrong))
        assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer"), wrong
        assert wrong.strip() == "" or 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_id_token_opens_nothing(world, journey):
    world.hurry()
    tokens = journey("hongkong").finish()
    assert exchange("GET", world.issuer + "/userinfo", bearer(tokens["id_token"])).status == 401


def test_a_token_sent_twice_is_refused(world, token):
    answer = exchange("POST", world.issuer + "/userinfo", {**FORM, **bearer(token)}, "access_token=" + token)
    assert answer.status == 400 and answer_json(answer)["error"] == "invalid_request"
    answer = exchange("POST", world.issuer + "/userinfo", FORM, f"access_token={token}&access_token={token}")
    assert answer.status == 400


# ---------------------------------------------------------------------------------------------------------- HTTP


@pytest.mark.parametrize("path", [*WELL_KNOWN, "/jwks", "/token", "/userinfo"])
def test_scripts_of_other_sites_may_ask(world, path):
    origin = {"Origin": "https://app.example"}
    asked = exchange("OPTIONS", world.issuer + path, {**origin, "Access-Control-Request-Method": "POST"})
    assert asked.status == 204 and asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    answer = exchange("GET", world.issuer + path, origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*", "errors too"


@pytest.mark.parametrize("path", ["/authorize", "/interaction/x", "/callback/iamsmart", "/notify/iamsmart"])
def test_pages_are_not_for_scripts_of_other_sites(world, path):
    answer = exchange("OPTIONS", world.issuer + path, {"Origin": "https://app.example"})
    assert answer.status == 405 and "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", [*WELL_KNOWN, "/jwks", "/healthz", "/readyz"])
def test_head_is_get_without_the_body(world, path):
    get, head = exchange("GET", world.issuer + path), exchange("HEAD", world.issuer + path)
    assert head.status == 200 and head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("method, path, allowed", [
    ("POST", "/jwks", "GET, HEAD"), ("GET", "/token", "POST"), ("PUT", "/token", "POST"),
    ("DELETE", "/userinfo", "GET, HEAD, POST"), ("PATCH", "/authorize", "GET, HEAD, POST"),
    ("POST", "/callback/iamsmart", "GET, HEAD"), ("GET", "/notify/iamsmart", "POST")])
def test_methods_that_are_not_there(world, method, path, allowed):
    answer = exchange(method, world.issuer + path)
    assert answer.status == 405 and answer.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/", "/nothing", "/jwks/", "//jwks", "/authorize/x", "/callback", "/callback/",
                                  "/interaction/", "/assets/x.css", "/%2e%2e/etc/passwd", "/metrics", "/JWKS"])
def test_paths_that_are_not_there(world, path):
    answer = exchange("GET", world.issuer + path)
    assert answer.status in (404, 400), answer.status
    page = world.browser().open(world.issuer + path)
    assert page.status in (404, 400)


def test_the_style_sheet_of_the_pages(world):
    page = world.browser().open(world.issuer + "/nothing")
    path = re.search(r'href="(/assets/[^"]+\.css)"', page.body).group(1)
    answer = exchange("GET", world.issuer + path)
    assert answer.status == 200 and answer.headers.get_content_type() == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]


def test_pages_may_not_be_framed_sniffed_or_kept(world, journey):
    for page in (journey("everything").begin(), world.browser().open(world.issuer + "/authorize")):
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path, size", [("/token", 33 * 1024), ("/authorize", 33 * 1024), ("/interaction/x", 5 * 1024),
                                        ("/notify/iamsmart", 65 * 1024), ("/userinfo", 33 * 1024)])
def test_bodies_over_the_cap(world, path, size):
    answer = exchange("POST", world.issuer + path, FORM, "a=" + "x" * size)
    assert answer.status == 413
    chunks = iter([b"a=", *[b"x" * 1024] * (size // 1024 + 1)])
    answer = exchange("POST", world.issuer + path, FORM, chunks)
    assert answer.status == 413, "nor in pieces without a length"


def test_headers_over_the_cap(world):
    answer = exchange("GET", world.issuer + "/jwks", {"X-Filler": "x" * 20000})
    assert answer.status == 431
    answer = exchange("GET", world.issuer + "/jwks?" + "x" * 20000)
    assert answer.status in (414, 431)


@pytest.mark.parametrize("bytes_sent", [
    b"\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /jwks HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00",
    b"GET /jwks HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST /token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_what_is_not_http_does_no_harm(world, bytes_sent):
    with socket.create_connection(("127.0.0.1", world.ports[0]), timeout=5) as connection:
        connection.sendall(bytes_sent)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        try:
            answer = connection.recv(4096)
        except TimeoutError:
            answer = b""  # the rest of the request is waited for until the idle timeout
    assert not answer or answer.split()[1] in (b"400", b"411", b"505"), answer
    assert exchange("GET", world.issuer + "/healthz").status == 200


def test_a_body_whose_length_is_told_twice(world):
    """What a proxy in front and the gateway could read differently."""
    for header in (b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5\r\nContent-Length: 5",
                   b"Content-Length: 5\r\nTransfer-Encoding: chunked"):
        with socket.create_connection(("127.0.0.1", world.ports[0]), timeout=5) as connection:
            connection.sendall(b"POST /token HTTP/1.1\r\nHost: a\r\n" + header + b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            answer = b""
            while more := connection.recv(4096):
                answer += more
        assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1 ") == 1, answer


def test_more_parameters_than_anybody_needs(world):
    for count in (65, 300):
        answer = exchange("GET", world.issuer + "/authorize?" + "&".join(f"p{n}=1" for n in range(count)))
        assert answer.status == 413


def test_a_request_id_is_taken_over_if_well_formed(world):
    given = "abcd-1234.efgh_5678"
    assert exchange("GET", world.issuer + "/jwks", {"X-Request-Id": given}).headers["X-Request-Id"] == given
    for wrong in ("short", "x" * 65, "a b c d e f g h", "<script>alert</script>"):
        made = exchange("GET", world.issuer + "/jwks", {"X-Request-Id": wrong}).headers["X-Request-Id"]
        assert made != wrong and re.fullmatch(r"[A-Za-z0-9._-]{8,64}", made)


def test_each_request_is_one_line_of_the_log(world):
    given = "story-of-one-line"
    exchange("GET", world.issuer + "/authorize?client_id=nobody", {"X-Request-Id": given})
    line, = world.logged(given)
    assert line["route"] == "/authorize" and line["status"] == 400 and line["reason"] and line["duration_us"] > 0


def test_metrics_are_on_the_admin_listener_alone(world):
    text = exchange("GET", f"http://localhost:{world.admin_ports[0]}/metrics").body.decode()
    assert 'baygate_info{version="' in text and "\nbaygate_store_connected " in text
    for line in text.splitlines():
        assert line.startswith("#") or re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"\})? -?[0-9.]+', line), line
    assert exchange("GET", world.issuer + "/metrics").status == 404
