# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The service catalogue: a request for an item gets just that, and its tokens are for that (RFC 8707)."""

import json

import pytest
import yaml
from flow_world import POLICIES, World, titles
from journey import Journey
from relying_party import answer_json, parts_of

ITEM = "https://service.example/items/"


def consent(journey, **params):
    """A person at the consent page."""
    chan = journey("hongkong", **params)
    return chan, chan.go(until="allow")


def test_the_page_names_the_item(world, journey):
    world.hurry()
    chan, page = consent(journey, resource=ITEM + "allowance")
    assert page.text("item") == "Item allowance" and "Purpose of allowance" in page.body
    chan.sign_in(page)
    world.calm()
    world.hurry()
    _, page = consent(journey)
    assert not page.has("item") and "Item " not in page.body


@pytest.mark.parametrize("language", ["zh-HK", "zh-CN", "en"])
def test_in_three_languages(world, journey, language):
    world.hurry()
    chan = journey("hongkong", browser=world.browser(language=language), resource=ITEM + "allowance")
    page = chan.go(until="allow")
    word = {"zh-HK": "辦理事項", "zh-CN": "办理事项", "en": "What you came for"}[language]
    assert word in page.body and page.text("item") == "Item allowance"


def test_the_tokens_are_for_the_item(world, journey):
    world.hurry()
    chan = journey("hongkong", resource=ITEM + "allowance")
    tokens = chan.finish()
    assert chan.party.check_access_token(tokens, audience=ITEM + "allowance")["scope"] == "openid profile"
    chan.party.check_id_token(tokens, chan.attempt)
    assert answer_json(chan.party.userinfo(tokens["access_token"]))["birthdate"] == "1990-01-15"
    plain = journey("hongkong", browser=chan.browser).finish()
    assert parts_of(plain["access_token"])[1]["aud"] == world.issuer, "without an item, as before"


def test_a_request_gets_what_the_item_has(world, journey):
    world.hurry()
    chan = journey("hongkong", resource=ITEM + "contact", scope="openid profile email phone",
                   claims=json.dumps({"id_token": {"name": None}, "userinfo": {"gender": None}}))
    tokens = chan.finish()
    assert tokens["scope"] == "openid email"
    assert "name" not in chan.party.check_id_token(tokens, chan.attempt)
    assert set(answer_json(chan.party.userinfo(tokens["access_token"]))) <= {"sub", "email"}


def test_the_items_level_is_a_must(world, journey):
    world.hurry()
    chan = journey("hongkong")
    chan.sign_in()
    strict = {"resource": ITEM + "strict"}
    assert journey("hongkong", **strict).refused() == "unmet_authentication_requirements"
    assert journey("hongkong", browser=chan.browser, prompt="none", **strict).refused() == "login_required"
    journey("hongkong", browser=chan.browser, prompt="none").sign_in()


@pytest.mark.parametrize("resource", [ITEM + "unknown", ITEM + "foreign", ITEM + "allowance/", ITEM, "not a uri",
                                      [ITEM + "allowance", ITEM + "contact"], "x" * 3000])
def test_an_unknown_or_foreign_resource(journey, resource):
    assert journey("hongkong", resource=resource).refused() == "invalid_target"


def test_the_code_is_for_what_was_asked(world, journey):
    world.hurry()

    def redeem(asked, then):
        chan = journey("hongkong", resource=asked)
        answer = chan.attempt.redeem(chan.attempt.code(chan.go()), resource=then)
        return answer_json(answer).get("error") if answer.status != 200 else answer_json(answer)
    assert redeem(ITEM + "allowance", ITEM + "contact") == "invalid_target"
    assert redeem(ITEM + "allowance", ITEM + "unknown") == "invalid_target"
    assert redeem(None, ITEM + "allowance") == "invalid_target", "the person was not asked for that"
    tokens = redeem(ITEM + "allowance", ITEM + "allowance")
    assert parts_of(tokens["access_token"])[1]["aud"] == ITEM + "allowance"


def test_consent_to_one_item_is_none_to_another(world, journey):
    world.hurry()
    chan = journey("hongkong", resource=ITEM + "allowance")
    chan.sign_in()

    def pages(**params):
        again = journey("hongkong", browser=chan.browser, **params)
        again.sign_in()
        return again.pages
    assert pages(resource=ITEM + "allowance") == [], "remembered"
    assert pages() == ["allow"] and pages() == []
    assert pages(resource=ITEM + "contact") == ["allow"]
    assert pages(resource=ITEM + "allowance") == []


def test_an_item_with_a_policy_of_its_own(tmp_path):
    """Across the boundary the item's only policy decides: it names the predicate and not the name."""
    policy = {"id": "age-only", "version": "1", "from": "HK", "to": "CN", "purpose": "age-check", "retention": "1d",
              "purpose_titles": titles("Age check"), "legal_basis": ["consent"], "recipient": titles("Recipient"),
              "fields": [{"claim": "age_over_18", "form": "predicate", "essential": True}]}
    item = {"id": "age", "titles": titles("Item age"), "resource": ITEM + "age", "scopes": ["openid", "profile"],
            "clients": ["portal"], "purpose": "age-check", "policy": "age-only"}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(policy))
    (tmp_path / "catalogue.yaml").write_text(yaml.safe_dump({"items": [item]}))
    settings = {"policies": [*POLICIES, str(tmp_path / "policy.yaml")], "catalogue": [str(tmp_path / "catalogue.yaml")]}
    with World("catalogue", settings=settings) as world:
        world.hurry()
        wish = {"age_over_18": None, "name": None}
        chan = Journey(world, "portal", resource=ITEM + "age", claims=json.dumps({"id_token": wish}))
        tokens = chan.finish()
        claims = chan.party.check_id_token(tokens, chan.attempt)
        assert claims["age_over_18"] is True and "name" not in claims
        assert claims["release_policy"]["id"] == "age-only"
        assert "name" not in answer_json(chan.party.userinfo(tokens["access_token"]))
        by_name = json.dumps({"id_token": {"name": None}})
        plain = Journey(world, "portal", browser=chan.browser, claims=by_name).sign_in()
        assert "name" in plain and plain["release_policy"]["id"] != "age-only"
