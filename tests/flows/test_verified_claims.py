# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Verified claims: how a claim was verified is told when it is asked for, and never what is not (OpenID Connect for
Identity Assurance 1.0)."""

import datetime
import json

import pytest
from relying_party import answer_json
from web_browser import exchange

ALL = {"trust_framework": None, "assurance_level": None, "assurance_process": None, "time": None,
       "verification_process": None, "evidence": None}


def wish(verification, *claims):
    return {"verified_claims": {"verification": verification, "claims": {claim: None for claim in claims}}}


def asking(**targets):
    return json.dumps(targets)


@pytest.fixture
def signed_in(world, journey):
    """signed_in(client, targets…): the ID token's claims and what userinfo says."""
    def go(client="hongkong", **targets):
        world.hurry()
        chan = journey(client, scope="openid", claims=asking(**targets))
        tokens = chan.finish()
        info = answer_json(chan.party.userinfo(tokens["access_token"]))
        return chan.party.check_id_token(tokens, chan.attempt), info
    return go


def test_what_was_verified_and_how(world, signed_in):
    claims, info = signed_in(id_token=wish(ALL, "name", "birthdate"))
    told = claims["verified_claims"]
    assert set(told["claims"]) == {"name", "birthdate"} and told["claims"]["birthdate"] == "1990-01-15"
    assert "name" not in claims and "birthdate" not in claims, "asked for as verified only"
    assert set(info) == {"sub"}, "userinfo was not asked"
    how = told["verification"]
    assert set(how) == set(ALL) and how["trust_framework"] == "hk_iamsmart"
    time = datetime.datetime.fromisoformat(how["time"].replace("Z", "+00:00"))
    assert abs(time.timestamp() - claims["auth_time"]) < 1
    assert how["assurance_process"]["procedure"], "the version of the assurance map"
    assert {entry["type"] for entry in how["evidence"]} == {"electronic_record", "document"}
    assert [entry["document_details"] for entry in how["evidence"] if entry["type"] == "document"] == [{"type": "hkid"}]


def test_at_userinfo(signed_in):
    claims, info = signed_in(userinfo=wish({"trust_framework": {"value": "hk_iamsmart"}}, "gender"))
    assert "verified_claims" not in claims
    assert info["verified_claims"]["verification"] == {"trust_framework": "hk_iamsmart"}
    assert list(info["verified_claims"]["claims"]) == ["gender"] and "gender" not in info


@pytest.mark.parametrize("verification", [
    {"trust_framework": {"value": "cn_gd_tyrz"}},
    {"trust_framework": {"values": ["de_aml", "eidas"]}},
    {"trust_framework": None, "assurance_level": {"value": "no such level"}},
    {"trust_framework": None, "evidence": [{"type": {"value": "vouch"}}]}])
def test_a_demand_that_cannot_be_met_leaves_all_out(signed_in, verification):
    claims, _ = signed_in(id_token=wish(verification, "name"))
    assert "verified_claims" not in claims and "name" not in claims


def test_a_verification_that_is_too_old(world, journey):
    world.hurry()
    chan = journey("hongkong")
    chan.sign_in()
    world.pass_time(100)
    old = {"trust_framework": None, "time": {"max_age": 60}}
    again = journey("hongkong", browser=chan.browser, scope="openid", claims=asking(id_token=wish(old, "name")))
    assert "verified_claims" not in again.sign_in()


def test_what_a_service_may_not_have(signed_in):
    """The service's scopes do not stand for the e-mail address, so it is not told as verified either."""
    claims, info = signed_in("post", id_token=wish({"trust_framework": None}, "name", "email"))
    assert list(claims["verified_claims"]["claims"]) == ["name"]


def test_two_services_learn_of_two_verifications(world, journey, signed_in):
    first, _ = signed_in("hongkong", id_token=wish(ALL, "name"))
    second, _ = signed_in("post", id_token=wish(ALL, "name"))
    names = {told["verified_claims"]["verification"]["verification_process"] for told in (first, second)}
    assert len(names) == 2, "no identifier joins two services"


@pytest.mark.parametrize("member", [{}, [], "name", {"verification": {}, "claims": {"name": None}},
                                    {"verification": {"trust_framework": None}, "claims": {}},
                                    {"verification": {"trust_framework": None}}])
def test_a_malformed_wish(journey, member):
    assert journey("hongkong", claims=asking(id_token={"verified_claims": member})).refused() == "invalid_request"


def test_discovery(world):
    document = answer_json(exchange("GET", world.issuer + "/.well-known/openid-configuration"))
    assert document["verified_claims_supported"] is True
    assert set(document["trust_frameworks_supported"]) == {"hk_iamsmart", "cn_gd_tyrz"}
    assert "electronic_record" in document["evidence_supported"]
    assert set(document["claims_in_verified_claims_supported"]) <= set(document["claims_supported"])
