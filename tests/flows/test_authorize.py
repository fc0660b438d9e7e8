# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The authorization endpoint: what it refuses and where it says so (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2),
and when the person is asked again."""

import json

import pytest
from journey import Journey
from relying_party import parts_of
from web_browser import exchange


def refused_on_a_page(world, journey, **params):
    """Nothing is sent to an address that is not proven."""
    someone = journey("hongkong", **params)
    page = someone.begin()
    assert not page.arrived and page.status == 400
    assert page.reader.headings and "Location" not in page.headers
    lines = world.logged(page.text("request-id"))
    assert len(lines) == 1 and lines[0]["status"] == 400 and lines[0]["reason"], "logged once, with the reason"
    return page.error_code


@pytest.mark.parametrize("client_id", ["nobody", "", None, "hongkong ", "HONGKONG", "x" * 3000, "\x00",
                                       ["hongkong", "hongkong"]])
def test_an_unknown_client(world, journey, client_id):
    assert refused_on_a_page(world, journey, client_id=client_id) in ("invalid_client", "invalid_request")


def test_an_unregistered_redirect_uri(world, journey):
    good = world.redirect_uri
    for uri in ("https://evil.example/callback", good + "/", good + "?x=1", good + "#x", good.upper(), "", None,
                good.replace("localhost", "127.0.0.1"), good + "/../other", [good, good], "javascript:alert(1)"):
        assert refused_on_a_page(world, journey, redirect_uri=uri) == "invalid_request", uri


@pytest.mark.parametrize("wanted, language", [("zh-HK", "zh-Hant"), ("zh-CN,en;q=0.5", "zh-Hans"), ("en-GB", "en"),
                                              ("zh-TW;q=0.9, en;q=0.1", "zh-Hant")])
def test_an_error_page_speaks_the_persons_language(world, wanted, language):
    page = world.browser(language=wanted).open(world.issuer + "/authorize?client_id=nobody")
    assert page.reader.language == language and page.error_code == "invalid_client"


def test_another_clients_redirect_uri(world, journey):
    assert refused_on_a_page(world, journey, redirect_uri=world.portal + "/callback") == "invalid_request"


@pytest.mark.parametrize("params, error", [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": ["code", "code"]}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": None}, "invalid_scope"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"scope": ["openid", "openid"]}, "invalid_request"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge": "+" * 43}, "invalid_request"),
    ({"nonce": "n" * 1025}, "invalid_request"),
    ({"nonce": ["a", "b"]}, "invalid_request"),
    ({"prompt": "perhaps"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
    ({"max_age": "99999999999999999999"}, "invalid_request"),
    ({"claims": "{"}, "invalid_request"),
    ({"claims": "[]"}, "invalid_request"),
    ({"claims": '{"id_token":{},"id_token":{}}'}, "invalid_request"),
    ({"claims": '{"a":' * 40 + "1" + "}" * 40}, "invalid_request"),
    ({"request": "a.b.c"}, "request_not_supported"),
    ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"id_token_hint": "a.b.c", "prompt": "none"}, "invalid_request"),
    ({"prompt": "none"}, "login_required")])
def test_errors_go_to_the_service(world, journey, params, error):
    someone = journey("hongkong", **params)
    page = someone.begin()
    assert someone.attempt.error(page) == error
    assert page.params["error_description"].isascii()


def test_a_repeated_state_is_not_sent_back(world, journey):
    page = journey("hongkong", state=["a", "b"]).begin()
    assert page.arrived and page.params["error"] == "invalid_request" and "state" not in page.params


def test_a_state_comes_back_as_it_was(world, journey):
    for state in ("a b+c/%&=?#é漢字'\"<>", "x" * 2048):
        someone = journey("hongkong", state=state, prompt="none")
        assert someone.refused() == "login_required"
    page = journey("hongkong", state="x" * 2049, prompt="none").begin()
    assert page.arrived and page.params["error"] == "invalid_request" and "state" not in page.params


@pytest.mark.parametrize("query", ["%", "client_id=%zz", "client_id=%ff%fe", "client_id=%00", "=&&==", "a" * 12000])
def test_broken_encoding(world, query):
    answer = exchange("GET", f"{world.issuer}/authorize?{query}")
    assert answer.status in (400, 413, 414, 431), answer.status
    good = world.party("hongkong").attempt().query
    answer = exchange("GET", f"{world.issuer}/authorize?{good}&{query}")
    assert answer.status in (302, 303, 400, 413, 414, 431), answer.status


def test_the_form_may_be_posted(world, journey):
    chan = journey("hongkong")
    page = chan.browser.open(world.issuer + "/authorize", "POST", chan.attempt.query)
    assert page.has("phone-link")
    chan.sign_in(page)


def test_a_posted_request_in_another_encoding(world):
    answer = exchange("POST", world.issuer + "/authorize", {"Content-Type": "text/plain"}, "client_id=hongkong")
    assert answer.status == 415


def test_scopes_that_a_service_may_not_have_are_left_out(world, journey):
    world.hurry()
    chan = journey("portal", scope="openid profile email offline_access admin")
    assert chan.finish()["scope"] == "openid profile"


# ------------------------------------------------------------------------------------------------- asking again


@pytest.fixture
def signed_in(world, journey):
    world.hurry()
    chan = journey("hongkong")
    chan.tokens = chan.finish()
    chan.claims = chan.party.check_id_token(chan.tokens, chan.attempt)
    chan.again = lambda client="hongkong", **params: Journey(world, client, browser=chan.browser, **params)
    return chan


def test_prompt_none_with_a_session_is_silent(signed_in):
    again = signed_in.again(prompt="none")
    claims = again.sign_in()
    assert again.pages == [] and claims["sub"] == signed_in.claims["sub"]
    assert claims["auth_time"] == signed_in.claims["auth_time"] and claims["sid"] == signed_in.claims["sid"]


def test_prompt_login_asks_the_source_again(world, signed_in):
    world.pass_time(30)
    again = signed_in.again(prompt="login")
    claims = again.sign_in()
    assert "waiting" in again.pages and claims["auth_time"] > signed_in.claims["auth_time"]


def test_prompt_consent_asks_again_without_a_new_login(signed_in):
    again = signed_in.again(prompt="consent")
    again.sign_in()
    assert again.pages == ["allow"]


def test_prompt_none_where_consent_is_missing(signed_in):
    assert signed_in.again("post", prompt="none").refused() == "consent_required"


def test_prompt_none_where_a_ceremony_is_missing(signed_in):
    assert signed_in.again("portal", prompt="none").refused() == "interaction_required"


def test_select_account_shows_the_chooser(signed_in):
    page = signed_in.again("everything", prompt="select_account").begin()
    assert page.has("source-guangdong")


def test_max_age(world, signed_in):
    world.pass_time(100)
    assert signed_in.again(max_age="1000", prompt="none").sign_in()["sub"] == signed_in.claims["sub"]
    assert signed_in.again(max_age="10", prompt="none").refused() == "login_required"
    fresh = signed_in.again(max_age="10").sign_in()
    assert fresh["auth_time"] > signed_in.claims["auth_time"]


def test_max_age_zero_always_asks(signed_in):
    again = signed_in.again(max_age="0")
    again.sign_in()
    assert "waiting" in again.pages


def test_id_token_hint_names_who_is_expected(world, signed_in):
    token = signed_in.tokens["id_token"]
    assert signed_in.again(prompt="none", id_token_hint=token).sign_in()["sub"] == signed_in.claims["sub"]
    world.hurry("lee")
    lee = Journey(world, "hongkong", "lee")
    lee.finish()
    other = Journey(world, "hongkong", browser=lee.browser, prompt="none", id_token_hint=token)
    assert other.refused() == "login_required"


def test_an_old_id_token_is_still_a_hint(world, signed_in):
    world.pass_time(3600)
    again = signed_in.again(prompt="none", id_token_hint=signed_in.tokens["id_token"])
    assert again.sign_in()["sub"] == signed_in.claims["sub"]


@pytest.mark.parametrize("make", [
    lambda tokens: tokens["access_token"], lambda tokens: tokens["id_token"][:-4] + "AAAA", lambda tokens: "x"])
def test_what_is_no_id_token_is_no_hint(signed_in, make):
    assert signed_in.again(prompt="none", id_token_hint=make(signed_in.tokens)).refused() == "invalid_request"


def test_another_services_id_token_is_no_hint(signed_in):
    again = signed_in.again("post", prompt="none", id_token_hint=signed_in.tokens["id_token"])
    assert again.refused() == "invalid_request"


# ------------------------------------------------------------------------------------------------------- levels


def test_a_level_that_is_reached(world, journey):
    world.hurry()
    wish = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:baygate:acr:substantial"]}}})
    assert journey("hongkong", claims=wish).sign_in()["acr"] == "urn:baygate:acr:substantial"


def test_an_essential_level_that_is_not_reached(world, journey):
    world.hurry()
    wish = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:baygate:acr:high"}}})
    assert journey("hongkong", claims=wish).refused() == "unmet_authentication_requirements"


def test_a_level_that_is_only_a_wish(world, journey):
    world.hurry()
    assert journey("hongkong", acr_values="urn:baygate:acr:high").sign_in()["acr"] == "urn:baygate:acr:substantial"


def test_levels_fall_with_time(world, journey):
    wish = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:baygate:acr:substantial"}}})
    world.hurry("smith")
    smith = journey("hongkong", "smith")
    smith.sign_in()
    silent = lambda: Journey(world, "hongkong", "smith", browser=smith.browser, claims=wish, prompt="none")
    world.pass_time(7 * 3600)
    assert silent().sign_in()["acr"] == "urn:baygate:acr:substantial"


def test_a_session_whose_level_has_fallen_leads_to_a_new_login(world, journey):
    lee = journey("mainland", "lee", acr_values="urn:baygate:acr:substantial")
    first = lee.sign_in()
    assert first["acr"] == "urn:baygate:acr:substantial"
    wish = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:baygate:acr:high"}}})
    again = Journey(world, "mainland", "lee", browser=lee.browser, claims=wish, prompt="none")
    assert again.refused() in ("login_required", "unmet_authentication_requirements")
    again = Journey(world, "mainland", "lee", browser=lee.browser, claims=wish)
    assert again.refused() == "unmet_authentication_requirements" and again.pages == ["person-lee"]


def test_claims_by_name(world, journey):
    world.hurry()
    chan = journey("hongkong", claims=json.dumps({"id_token": {"birthdate": None}, "userinfo": {"gender": None}}))
    tokens = chan.finish()
    assert parts_of(tokens["id_token"])[1]["birthdate"] == "1990-01-15"
    assert "gender" not in parts_of(tokens["id_token"])[1]
    assert json.loads(chan.party.userinfo(tokens["access_token"]).body)["gender"] == "male"
