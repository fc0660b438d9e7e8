# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What crosses the border: what a policy names and the person agreed to, in the policy's form, and nothing else."""

import json
import subprocess

import pytest
import yaml
from flow_world import GATEWAY, POLICIES, World
from journey import Journey
from relying_party import answer_json

NORTH = next(path for path in POLICIES if "hk-cn" in path)


def claims_of(chan, page=None):
    """ID token, access token, userinfo."""
    tokens = chan.finish(page)
    return (chan.party.check_id_token(tokens, chan.attempt), chan.party.verify(tokens["access_token"])[1],
            answer_json(chan.party.userinfo(tokens["access_token"])))


def asking(target, **claims):
    return json.dumps({target: claims})


@pytest.fixture
def chan(world, journey):
    """chan(client, …): Chan is about to sign in; the phone approves by itself."""
    def begin(client, **params):
        world.hurry()
        return journey(client, **params)
    return begin


def test_without_a_policy_only_the_subject_crosses(chan):
    wish = json.dumps({"id_token": {"name": {"essential": True}, "age_over_18": None}, "userinfo": {"birthdate": None}})
    person = chan("purposeless", claims=wish)
    page = person.go(until="allow")
    assert "An identifier that only this service gets" in page.body and "Date of birth" not in page.body
    id_token, access_token, info = claims_of(person, page)
    assert set(info) == {"sub"}
    assert not {"name", "age_over_18", "release_policy"} & (set(id_token) | set(access_token))


def test_the_policy_names_fields_and_forms(chan):
    id_token, access_token, info = claims_of(chan("portal"))
    assert info["name"] == "陳大文" and info["gender"] == "male"
    assert info["birthdate"] == "1990", "the year only"
    told = subprocess.run([GATEWAY, "policy", "check", NORTH], check=True, capture_output=True, text=True).stdout
    assert info["release_policy"] == {"id": "hk-cn-public-services", "version": "2026-1",
                                      "sha256": told.split("sha256 ")[1].strip()}
    assert id_token["release_policy"] == access_token["release_policy"] == info["release_policy"]


def test_nothing_crosses_inside_one_jurisdiction(chan):
    id_token, _, info = claims_of(chan("hongkong"))
    assert info["birthdate"] == "1990-01-15" and "release_policy" not in {**id_token, **info}


def test_predicates_tell_yes_or_no(chan):
    wish = asking("id_token", age_over_18=None, age_over_60=None, is_hk_resident=None, is_cn_resident=None)
    id_token, _, info = claims_of(chan("portal", scope="openid", claims=wish))
    assert id_token["age_over_18"] is True and id_token["age_over_60"] is False
    assert id_token["is_hk_resident"] is True
    assert "is_cn_resident" not in id_token, "the policy does not name it"
    assert set(info) == {"sub", "release_policy"}


def test_verified_claims_cross_no_more_than_others(chan):
    wish = asking("id_token", verified_claims={
        "verification": {"trust_framework": None, "evidence": None},
        "claims": {"name": None, "birthdate": None, "is_cn_resident": None}})
    told = chan("portal", scope="openid", claims=wish).sign_in()["verified_claims"]
    assert told["claims"] == {"name": "陳大文", "birthdate": "1990"}
    assert {entry["type"] for entry in told["verification"]["evidence"]} == {"electronic_record"}
    assert "verified_claims" not in chan("purposeless", scope="openid", claims=wish).sign_in()


def test_same_person_as(chan):
    known = chan("portal").sign_in()["sub"]
    stranger = chan("sister").sign_in()["sub"]
    for subject, same in ((known, True), (stranger, False)):
        wish = asking("id_token", same_person_as={"value": subject})
        assert chan("portal", scope="openid", claims=wish).sign_in()["same_person_as"] is same


def test_hashes_of_two_sectors_cannot_be_compared(chan):
    wish = asking("userinfo", document_number=None)
    hashes = [claims_of(chan(client, scope="openid", claims=wish))[2]["document_number"]
              for client in ("portal", "portal", "sister")]
    assert hashes[0] == hashes[1] != hashes[2]
    assert all(len(value) == 43 for value in hashes)


def test_a_refusal_is_respected_and_remembered(chan):
    person = chan("portal")
    page = person.go(until="allow")
    assert 'name="refuse_gender"' in page.body and 'name="refuse_name"' not in page.body, "the name is essential"
    assert "Only the year" in page.body and "730 days" in page.body and "Your consent" in page.body
    assert "Guangdong Government Service and Data Administration" in page.body
    page = person.browser.press(page, "allow", refuse_gender="1", refuse_birthdate="1", refuse_name="1")
    _, _, info = claims_of(person, page)
    assert info["name"] == "陳大文" and not {"gender", "birthdate"} & set(info)
    again = chan("portal")
    _, _, info = claims_of(again)
    assert "allow" not in again.pages, "what was refused is not asked again"
    assert info["name"] == "陳大文" and not {"gender", "birthdate"} & set(info)


def test_only_what_is_new_is_asked(chan):
    chan("portal", scope="openid", claims=asking("userinfo", gender=None, birthdate=None)).sign_in()
    page = chan("portal", scope="openid", claims=asking("userinfo", gender=None, age_over_18=None)).go(until="allow")
    assert "18 or older" in page.text("asked") and "Gender" not in page.text("asked")
    assert "Gender" in page.text("before")
    assert "policy-changed" not in page.reader.texts


def test_who_refuses_gives_nothing(chan):
    person = chan("portal")
    page = person.browser.press(person.go(until="deny"), "deny")
    assert person.attempt.error(page) == "access_denied"


def test_another_version_of_the_policy_asks_again(tmp_path):
    file = tmp_path / "policy.yaml"
    policy = yaml.safe_load(open(NORTH, encoding="utf-8").read().replace("2026-01-01", "'2026-01-01'"))
    file.write_text(yaml.safe_dump(policy, allow_unicode=True))
    with World("release", settings={"policies": [str(file)]}) as world:
        world.hurry()
        Journey(world, "portal").sign_in()
        world.hurry()
        again = Journey(world, "portal")
        again.sign_in()
        assert "allow" not in again.pages
        policy["version"] = "2026-2"
        policy["fields"] = [field for field in policy["fields"] if field["claim"] != "gender"]
        file.write_text(yaml.safe_dump(policy, allow_unicode=True))
        world.restart_gateway()
        world.hurry()
        changed = Journey(world, "portal")
        page = changed.go(until="allow")
        assert "The rules for this service have changed" in page.text("policy-changed")
        _, _, info = claims_of(changed, page)
        assert "gender" not in info and info["release_policy"]["version"] == "2026-2"


def test_a_wrong_policy_stops_the_start(tmp_path, world):
    file = tmp_path / "policy.yaml"
    text = open(NORTH, encoding="utf-8").read()
    file.write_text(text.replace("claim: gender", "claim: shoe_size"))
    line = text[:text.index("claim: gender")].count("\n") + 1
    told = subprocess.run([GATEWAY, "policy", "check", file], capture_output=True, text=True)
    assert told.returncode == 1 and f"{file}:{line}: unknown field \"shoe_size\"" in told.stdout
    settings = world.write("wrong.yaml", {**world.settings(), "policies": [str(file)]})
    told = subprocess.run([GATEWAY, "config", "check", settings], capture_output=True, text=True)
    assert told.returncode == 1 and f"{file}:{line}:" in told.stdout


def test_explained_field_by_field(world):
    settings = world.write("explained.yaml", world.settings())

    def explain(client, source, *more):
        words = [GATEWAY, "policy", "explain", "--settings", settings, "--client", client, "--source", source, *more]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        return {line.split()[0]: line for line in told.splitlines() if line.startswith("  ")}

    rows = explain("portal", "iamsmart", "--scope", "openid profile")
    assert "masked" in rows["birthdate"] and "may be refused" in rows["birthdate"]
    assert "essential" in rows["name"]
    assert "no scope or claim asks for it" in rows["age_over_18"]
    assert "the policy does not name it" in explain("portal", "iamsmart")["is_cn_resident"]
    assert "no policy is valid" in explain("purposeless", "iamsmart")["name"]
    assert "nothing crosses" in explain("hongkong", "iamsmart")["name"]
