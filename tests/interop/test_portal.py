# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A portal that nobody here wrote: Apache with mod_auth_openidc, which knows the gateway by its discovery alone. A
person signs in, is known while the session lasts, and signs out (OpenID Connect Core 1.0, section 3.1; PKCE, RFC 7636;
RFC 9207; RP-Initiated Logout 1.0)."""

import json
import secrets
import urllib.parse

import pytest
from flow_world import LOGS
from journey import STEPS_MAX, Journey
from products import ModAuthOpenidc, PortalForFew

SOURCE = "/api/v1/auth/getQR"  # where the gateway sends the browser for a login


@pytest.fixture(scope="session", params=["portal-by-secret", "portal-by-key"])
def portal(request, street, application, place):
    product = ModAuthOpenidc(place / request.param, LOGS / "interop" / "products", street, application.port, request.param)
    yield product.start()
    product.stop()


@pytest.fixture
def chan(street, portal):
    """Somebody with a new browser. Afterwards the gateway may not have told anything of the person."""
    street.calm()
    street.hurry()
    yield Journey(street, portal.client_id, browser=street.browser())
    street.check_clean()


def visit(portal, person, path="/desk"):
    """Opens a page of the portal, and does what a person does until it is there; the page."""
    page = person.browser.open(portal.address + path)
    for _ in range(STEPS_MAX):
        if page.url.startswith(portal.address):
            return page
        page = person.step(page)
    raise AssertionError(f"did not come back to the portal but stands at {page}")


def asked(person, path):
    """The requests that the browser made for a path, as their parameters."""
    visited = map(urllib.parse.urlsplit, person.browser.visited)
    return [dict(urllib.parse.parse_qsl(url.query)) for url in visited if url.path == path]


def headers_of(page):
    assert page.status == 200, page
    return json.loads(page.body)["headers"]


def is_error(page):
    """A page of the module's own, which may well have status 200; the application speaks JSON."""
    return page.headers.get_content_type() == "text/html" and (page.status >= 400 or "Error" in page.body)


def test_a_person_signs_in(portal, chan):
    page = visit(portal, chan)
    assert page.url == portal.address + "/desk"
    subject = headers_of(page)["x-subject"]
    (request,) = asked(chan, "/authorize")
    assert request["code_challenge_method"] == "S256" and request["code_challenge"] and request["nonce"]
    (response,) = asked(chan, "/signed-in")
    assert response["iss"] == portal.issuer and response["state"] == request["state"]
    other = Journey(chan.world, portal.client_id, browser=chan.world.browser())
    assert headers_of(visit(portal, other))["x-subject"] == subject, "the same person, another browser"


def test_the_application_is_told_no_more_than_it_needs(portal, chan):
    told = json.loads(visit(portal, chan).body)["headers"]
    assert told["x-subject"] and not [name for name in told if name.startswith("oidc") or name == "authorization"]
    assert "session" not in told.get("cookie", "")


def test_a_lie_in_a_header_does_not_come_through(portal, chan):
    visit(portal, chan)
    lie = {"X-Subject": "somebody else"}
    for path, signed_in in (("/desk", True), ("/goodbye", False)):
        answer = chan.browser.send("GET", portal.address + path, headers=lie)
        assert answer.status == 200
        subject = json.loads(answer.body)["headers"].get("x-subject", "")
        assert subject != "somebody else" and bool(subject) == signed_in


def test_the_session_is_remembered(portal, chan):
    visit(portal, chan)
    before = len(chan.browser.visited)
    assert headers_of(visit(portal, chan))["x-subject"]
    assert chan.browser.visited[before:] == [portal.address + "/desk"]


def test_the_gateways_session_serves_again(portal, chan):
    subject = headers_of(visit(portal, chan))["x-subject"]
    chan.browser.cookies[urllib.parse.urlsplit(portal.address).netloc].clear()
    assert headers_of(visit(portal, chan))["x-subject"] == subject
    assert len(asked(chan, "/authorize")) == 2 and len(asked(chan, SOURCE)) == 1


def test_signing_out_ends_both_sessions(portal, chan):
    visit(portal, chan)
    leave = "/signed-in?" + urllib.parse.urlencode({"logout": portal.address + "/goodbye"})
    page = chan.browser.open(portal.address + leave)
    assert page.url == portal.address + "/goodbye" and page.status == 200
    (request,) = asked(chan, "/end_session")
    assert request["id_token_hint"] and request["post_logout_redirect_uri"] == portal.address + "/goodbye"
    visit(portal, chan)
    assert len(asked(chan, "/authorize")) == 2 and len(asked(chan, SOURCE)) == 2, "signed in anew, at the source"


def test_a_response_that_was_not_asked_for_is_refused(portal, chan):
    page = chan.browser.open(f"{portal.address}/signed-in?code={secrets.token_urlsafe(32)}&state=made-up")
    assert is_error(page)


@pytest.mark.parametrize("name", ["iss", "state", "code"])
def test_a_changed_response_is_refused(portal, chan, name):
    """Another issuer's response (RFC 9207), another browser's, and a code that is none."""
    landing, own = portal.address + "/signed-in", chan.browser.endings
    chan.browser.endings = (landing,)
    page = visit(portal, chan)
    chan.browser.endings = own
    changed = {**page.params, name: "http://localhost:1" if name == "iss" else page.params[name][::-1]}
    refused = chan.browser.open(landing + "?" + urllib.parse.urlencode(changed))
    assert refused.url.startswith(landing) and is_error(refused)
    before = len(asked(chan, "/authorize"))
    visit(portal, chan)
    assert len(asked(chan, "/authorize")) == before + 1, "nobody was signed in by it"


def test_a_level_that_is_too_low_is_not_let_in(street, application, place):
    street.calm()
    street.hurry()
    client_id = "portal-for-few"
    portal = PortalForFew(place / client_id, LOGS / "interop" / "products", street, application.port, client_id).start()
    try:
        person = Journey(street, client_id, browser=street.browser())
        page = visit(portal, person)
        assert page.status == 401 and page.headers.get_content_type() == "text/html"
        assert len(asked(person, "/signed-in")) == 1, "signed in, though"
    finally:
        portal.stop()
