# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Refresh tokens: each is used once and names its successor; a lost answer can be had again; a stolen one ends the whole
grant; and none outlives the session, the consent, the binding or the settings that it rests on."""

import concurrent.futures
import json
import urllib.parse

import pytest
import yaml
from account_page import Account
from flow_world import POLICIES, World
from journey import Journey
from relying_party import answer_json
from test_audit import events_since, last_record

HOUR, DAY = 3600, 86400


@pytest.fixture
def signed_in(world, journey):
    """signed_in(client, …): a person with tokens."""
    def go(client="refreshing", **params):
        world.hurry()
        chan = journey(client, **params)
        chan.tokens = chan.finish()
        return chan
    return go


def refreshed(chan, token, **fields):
    answer = chan.party.refresh(token, **fields)
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store", answer
    return answer_json(answer)


def refusal(answer, status=400):
    assert answer.status == status, answer
    return answer_json(answer)["error"]


def works(chan, tokens, **options):
    status = chan.party.userinfo(tokens["access_token"], **options).status
    assert status in (200, 401)
    return status == 200


# ------------------------------------------------------------------------------------------------------ rotation


@pytest.mark.parametrize("client", ["refreshing", "app", "opaque", "offline"])
def test_each_refresh_gives_new_tokens(world, signed_in, client):
    chan = signed_in(client, scope="openid profile offline_access" if client == "offline" else "openid profile")
    seen, token = {chan.tokens["refresh_token"]}, chan.tokens["refresh_token"]
    for _ in range(3):
        world.pass_time(60)
        tokens = refreshed(chan, token)
        token = tokens["refresh_token"]
        assert tokens["token_type"] == "Bearer" and 0 < tokens["expires_in"] <= 600
        assert tokens["scope"] == chan.tokens["scope"] and works(chan, tokens)
        seen.add(token)
    assert len(seen) == 4 and all(token.startswith("bgr.") for token in seen)


def test_the_id_token_still_tells_of_the_same_login(world, signed_in):
    chan = signed_in()
    first = chan.party.check_id_token(chan.tokens, chan.attempt)
    world.pass_time(100)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    chan.attempt.nonce = None
    again = chan.party.check_id_token(tokens, chan.attempt)
    assert "nonce" not in again and again["iat"] >= first["iat"] + 100
    for name in ("iss", "sub", "aud", "auth_time", "acr", "sid", "amr"):
        assert again[name] == first[name], name
    access = chan.party.check_access_token(tokens, "https://api.example")
    assert access["jti"] != chan.party.check_access_token(chan.tokens, "https://api.example")["jti"]


def test_a_retry_within_the_grace_gets_the_same_successor(world, signed_in):
    chan = signed_in()
    first = refreshed(chan, chan.tokens["refresh_token"])
    world.pass_time(5)
    again = refreshed(chan, chan.tokens["refresh_token"], connect_to=world.ports[1])
    assert again["refresh_token"] == first["refresh_token"]
    assert works(chan, first) and works(chan, again)
    refreshed(chan, first["refresh_token"])


def test_two_at_once_on_two_gateways_get_the_same_successor(world, signed_in):
    chan = signed_in()
    token = chan.tokens["refresh_token"]
    for _ in range(4):
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            found = list(pool.map(lambda n: refreshed(chan, token, connect_to=world.ports[n % 2]), range(6)))
        successors = {tokens["refresh_token"] for tokens in found}
        assert len(successors) == 1
        token = successors.pop()


def check_family_is_gone(world, chan, start, *family):
    for tokens in family:
        for port in world.ports:
            assert not works(chan, tokens, connect_to=port)
            assert refusal(chan.party.refresh(tokens["refresh_token"], connect_to=port)) == "invalid_grant"
    told = [record for record in events_since(world, start) if record["event"] == "token_revoked"]
    assert [record["reason"] for record in told] == ["refresh_token_reused"]
    assert told[0]["client"] == chan.party.client_id and told[0]["person"] and told[0]["grant"]


def test_reuse_after_the_grace_revokes_the_family(world, signed_in):
    start = last_record(world)
    chan = signed_in()
    first = refreshed(chan, chan.tokens["refresh_token"])
    world.pass_time(12)
    assert works(chan, first)
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"])) == "invalid_grant"
    check_family_is_gone(world, chan, start, chan.tokens, first)


def test_reuse_after_the_successor_was_used_revokes_the_family(world, signed_in):
    start = last_record(world)
    chan = signed_in()
    first = refreshed(chan, chan.tokens["refresh_token"])
    second = refreshed(chan, first["refresh_token"])
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"])) == "invalid_grant"
    check_family_is_gone(world, chan, start, chan.tokens, first, second)


def test_a_code_used_twice_revokes_the_refresh_token_too(world, journey):
    world.hurry()
    chan = journey("refreshing")
    code = chan.attempt.code(chan.go())
    tokens = answer_json(chan.attempt.redeem(code))
    assert refusal(chan.attempt.redeem(code)) == "invalid_grant"
    assert refusal(chan.party.refresh(tokens["refresh_token"])) == "invalid_grant"


def test_a_refresh_is_audited(world, signed_in):
    chan = signed_in()
    start = last_record(world)
    refreshed(chan, chan.tokens["refresh_token"])
    last_record(world)
    told = [record for record in events_since(world, start) if record["event"] != "checkpoint"]
    assert [(record["event"], record["reason"]) for record in told] == [("token_issued", "refreshed")]


# --------------------------------------------------------------------------------------------- scope and resource


def test_less_scope_covers_less(signed_in):
    chan = signed_in(scope="openid profile email")
    whole = answer_json(chan.party.userinfo(chan.tokens["access_token"]))
    assert "name" in whole
    tokens = refreshed(chan, chan.tokens["refresh_token"], scope="openid email")
    assert tokens["scope"] == "openid email"
    assert chan.party.check_access_token(tokens, "https://api.example")["scope"] == "openid email"
    info = answer_json(chan.party.userinfo(tokens["access_token"]))
    assert "name" not in info and "birthdate" not in info and info["sub"] == whole["sub"]
    tokens = refreshed(chan, tokens["refresh_token"])
    assert tokens["scope"] == "openid profile email", "RFC 6749, section 6: the grant itself is as it was"
    assert answer_json(chan.party.userinfo(tokens["access_token"])) == whole


@pytest.mark.parametrize("scope, given", [("profile openid", "openid profile"), ("openid openid", "openid"),
                                          ("profile", "profile"), ("", "openid profile")])
def test_scope_is_told_as_it_was_granted(signed_in, scope, given):
    chan = signed_in()
    tokens = refreshed(chan, chan.tokens["refresh_token"], scope=scope)
    assert tokens["scope"] == given and ("id_token" in tokens) == ("openid" in given.split())


@pytest.mark.parametrize("scope", ["openid profile email", "openid  profile", "email", "openid offline_access", "openid nonsense", "openid\x00",
                                   " ", "openid profile ", "é"])
def test_more_scope_is_refused(signed_in, scope):
    chan = signed_in()
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"], scope=scope)) in ("invalid_scope", "invalid_request")
    refreshed(chan, chan.tokens["refresh_token"])


def test_an_opaque_token_stands_for_the_whole_grant_only(signed_in):
    chan = signed_in("opaque")
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"], scope="openid")) == "invalid_scope"
    assert refreshed(chan, chan.tokens["refresh_token"], scope="profile openid")["access_token"].startswith("bga.")


def test_the_resource_stays_what_it_was(signed_in):
    item = "https://service.example/items/"
    chan = signed_in(resource=item + "ledger")
    tokens = refreshed(chan, chan.tokens["refresh_token"], resource=item + "ledger")
    chan.party.check_access_token(tokens, item + "ledger")
    for other in (item + "sealed", "https://api.example", item + "nothing", "x"):
        assert refusal(chan.party.refresh(tokens["refresh_token"], resource=other)) == "invalid_target"
    plain = signed_in()
    assert refusal(plain.party.refresh(plain.tokens["refresh_token"], resource=item + "ledger")) == "invalid_target"


def test_an_item_may_have_opaque_tokens(signed_in):
    chan = signed_in(resource="https://service.example/items/sealed")
    assert chan.tokens["access_token"].startswith("bga.") and works(chan, chan.tokens)
    assert refreshed(chan, chan.tokens["refresh_token"])["access_token"].startswith("bga.")


# ------------------------------------------------------------------------------------------------------- who, what


@pytest.mark.parametrize("other", ["hongkong", "app", "offline"])
def test_another_client_gets_nothing_and_ends_nothing(world, signed_in, other):
    chan = signed_in()
    assert refusal(world.party(other).refresh(chan.tokens["refresh_token"])) == "invalid_grant"
    refreshed(chan, chan.tokens["refresh_token"])


def test_a_client_must_prove_who_it_is(world, signed_in):
    chan = signed_in()
    form = {"grant_type": "refresh_token", "refresh_token": chan.tokens["refresh_token"]}
    assert refusal(chan.party.post_token({}, **form), 401) == "invalid_client"
    assert refusal(chan.party.post_token({}, **form, client_id="refreshing"), 401) == "invalid_client"
    refreshed(chan, chan.tokens["refresh_token"])


def test_a_client_without_refresh_gets_none(signed_in):
    for client in ("hongkong", "post"):
        assert "refresh_token" not in signed_in(client).tokens


def forged(token):
    """The token with one thing changed each, and other things."""
    head, grant, serial, time, proof = token.split(".")
    other = "A" if grant[0] != "A" else "B"
    flipped = proof[:-2] + ("A" if proof[-2] != "A" else "B") + proof[-1]
    return [f"bga.{grant}.{serial}.{time}.{proof}", f"{head}.{other}{grant[1:]}.{serial}.{time}.{proof}",
            f"{head}.{grant}.1.{time}.{proof}", f"{head}.{grant}.{serial}.{int(time) + 1}.{proof}",
            f"{head}.{grant}.0{serial}.{time}.{proof}", f"{head}.{grant}.+{serial}.{time}.{proof}",
            f"{head}.{grant}.{serial}.{time}.{flipped}", f"{head}.{grant}.{serial}.{time}.", token + ".", token + "A",
            token + " ", "." + token, token[:-1], head, "bgr", "bgr....", "x" * 161, "x" * 20000, "\x00", "é", "null",
            f"{head}.{grant}.{serial}.99999999999999999999.{proof}", token.upper(), token.replace(".", "%2e")]


def test_forged_and_malformed_tokens(signed_in):
    chan = signed_in()
    for text in forged(chan.tokens["refresh_token"]):
        assert refusal(chan.party.refresh(text)) in ("invalid_grant", "invalid_request"), text[:60]
    for text in (chan.tokens["access_token"], chan.tokens["id_token"]):
        assert refusal(chan.party.refresh(text)) == "invalid_grant"
    refreshed(chan, chan.tokens["refresh_token"])


def test_absent_and_repeated_tokens(signed_in):
    chan = signed_in()
    token = chan.tokens["refresh_token"]
    assert refusal(chan.party.refresh(None)) == "invalid_request"
    assert refusal(chan.party.refresh("")) == "invalid_request"
    assert refusal(chan.party.refresh([token, token])) == "invalid_request"
    assert chan.party.refresh("x" * 40000).status == 413
    assert refusal(chan.party.post_token(grant_type="refresh_token", code=token)) == "invalid_request"
    refreshed(chan, token)


def test_a_refresh_token_is_no_access_token(signed_in):
    chan = signed_in()
    assert chan.party.userinfo(chan.tokens["refresh_token"]).status == 401


# ---------------------------------------------------------------------------------------------------------- its end


def test_it_ends_with_the_session_by_time(world, signed_in):
    chan = signed_in()
    world.pass_time(7 * HOUR)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    world.pass_time(HOUR - 60)
    tokens = refreshed(chan, tokens["refresh_token"])
    assert 0 < tokens["expires_in"] <= 60, "the access token lives no longer either"
    world.pass_time(61)
    assert refusal(chan.party.refresh(tokens["refresh_token"])) == "invalid_grant" and not works(chan, tokens)


def leave(world, chan):
    params = urllib.parse.urlencode({"id_token_hint": chan.tokens["id_token"]})
    chan.browser.open(world.issuer + "/end_session?" + params)


@pytest.mark.parametrize("leaving", [leave, lambda world, chan: Account(world, browser=chan.browser).do("end")])
def test_it_ends_with_the_session_by_the_persons_will(world, signed_in, leaving):
    chan = signed_in()
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    leaving(world, chan)
    for port in world.ports:
        assert refusal(chan.party.refresh(tokens["refresh_token"], connect_to=port)) == "invalid_grant"
        assert not works(chan, tokens, connect_to=port)


def test_it_ends_when_it_lies_unused(world, signed_in):
    chan = signed_in("offline", scope="openid offline_access")
    world.pass_time(DAY - 60)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    world.pass_time(DAY - 60)
    tokens = refreshed(chan, tokens["refresh_token"])
    world.pass_time(DAY + 2)
    assert refusal(chan.party.refresh(tokens["refresh_token"])) == "invalid_grant"


# --------------------------------------------------------------------------------------------------- offline access


def test_offline_access_is_asked_for_and_can_be_refused(world, journey):
    world.hurry()
    chan = journey("offline", scope="openid profile offline_access")
    page = chan.go(until="allow")
    assert "Access while you are away" in page.body and 'name="refuse_offline_access"' in page.body
    tokens = chan.finish(chan.browser.press(page, "allow", refuse_offline_access="1"))
    assert "refresh_token" not in tokens and tokens["scope"] == "openid profile" and works(chan, tokens)
    assert chan.party.check_access_token(tokens)["scope"] == "openid profile"
    again = journey("offline", browser=chan.browser, scope="openid profile offline_access", prompt="consent")
    page = again.go(until="allow")
    box = ("refuse_offline_access", "1")
    form = next(form for form in page.reader.forms if box in form.fields)
    form.fields.remove(box)
    tokens = again.finish(chan.browser.press(page, "allow"))
    assert "refresh_token" in tokens and tokens["scope"] == "openid profile offline_access"


def test_without_the_scope_there_is_no_offline_access(world, journey):
    """Also when the person agreed to it at another time."""
    world.hurry()
    chan = journey("offline", scope="openid profile offline_access")
    assert "refresh_token" in chan.finish()
    assert "refresh_token" not in journey("offline", browser=chan.browser, scope="openid profile").finish()


def test_a_client_with_sessions_only_does_not_get_it(world, signed_in):
    chan = signed_in(scope="openid offline_access")
    assert chan.tokens["scope"] == "openid"
    leave(world, chan)
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"])) == "invalid_grant"


def test_offline_access_outlives_the_session(world, signed_in):
    chan = signed_in("offline", scope="openid profile offline_access")
    leave(world, chan)
    assert works(chan, chan.tokens)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    assert works(chan, tokens)
    world.pass_time(9 * HOUR)
    tokens = refreshed(chan, tokens["refresh_token"])
    assert works(chan, tokens)


def test_offline_access_has_an_end(world, signed_in):
    chan = signed_in("offline", scope="openid offline_access")
    tokens = chan.tokens
    for _ in range(30):
        world.pass_time(DAY - 600)
        tokens = refreshed(chan, tokens["refresh_token"])
    world.pass_time(5 * HOUR)
    assert refusal(chan.party.refresh(tokens["refresh_token"])) == "invalid_grant" and not works(chan, tokens)


@pytest.mark.parametrize("act", ["withdraw", "unbind"])
def test_offline_access_ends_with_the_consent_and_the_binding(world, signed_in, act):
    chan = signed_in("worldwide", scope="openid profile offline_access")
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    Account(world, browser=chan.browser).do(act)
    for port in world.ports:
        assert refusal(chan.party.refresh(tokens["refresh_token"], connect_to=port)) == "invalid_grant"
        assert not works(chan, tokens, connect_to=port)


def test_signing_out_everywhere_ends_offline_access_too(world, signed_in):
    chan = signed_in("offline", scope="openid profile offline_access")
    account = Account(world, browser=chan.browser)
    asked = account.open("/account/end-all/sessions")
    assert "while you are away" in asked.body
    account.browser.press(asked, "confirm")
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"])) == "invalid_grant" and not works(chan, chan.tokens)


def test_refusing_what_was_agreed_to_ends_what_it_gave(world, signed_in, journey):
    chan = signed_in("offline", scope="openid profile offline_access")
    page = journey("offline", browser=chan.browser, scope="openid profile offline_access", prompt="consent").go(until="allow")
    chan.browser.press(page, "allow", refuse_offline_access="1")
    assert refusal(chan.party.refresh(chan.tokens["refresh_token"])) == "invalid_grant" and not works(chan, chan.tokens)


def test_asking_for_less_another_time_takes_nothing_back(world, signed_in, journey):
    chan = signed_in("offline", scope="openid profile offline_access")
    assert journey("offline", browser=chan.browser, scope="openid", prompt="consent").finish()
    assert works(chan, refreshed(chan, chan.tokens["refresh_token"]))


def test_the_level_ages(world, signed_in):
    chan = signed_in("offline", scope="openid offline_access")
    chan.attempt.nonce = None
    fresh = chan.party.verify(chan.tokens["id_token"])[1]["acr"]
    world.pass_time(12 * HOUR + 60)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    aged = chan.party.check_id_token(tokens, chan.attempt)["acr"]
    assert fresh == "urn:baygate:acr:substantial" and aged in ("urn:baygate:acr:low", "0")


def test_who_demands_a_level_gets_none_below_it(world, signed_in):
    chan = signed_in("demanding-offline", scope="openid offline_access")
    world.pass_time(HOUR)
    tokens = refreshed(chan, chan.tokens["refresh_token"])
    world.pass_time(23 * HOUR + 1)
    assert refusal(chan.party.refresh(tokens["refresh_token"])) == "invalid_grant"


# ------------------------------------------------------------------------------------------------- other settings


class Changing:
    """A world of its own whose settings change while a person has a refresh token."""

    def __init__(self, name, **settings):
        self.world = World(name, settings=settings)

    def __enter__(self):
        self.world.__enter__()
        return self

    def __exit__(self, *exception):
        self.world.__exit__(*exception)

    def sign_in(self, client, **params):
        self.world.hurry()
        chan = Journey(self.world, client, **params)
        chan.tokens = chan.finish()
        return chan

    def change(self, **settings):
        self.world.write_gateway(0, settings)
        self.world.restart_gateway()


def is_active(chan, tokens):
    return chan.party.introspect(tokens["refresh_token"])["active"]


def changed(clients, client_id, **changes):
    """The clients, one of them with these changes."""
    return [{**client, **changes} if client["client_id"] == client_id else client for client in clients]


def test_a_refresh_token_ends_with_the_settings_it_rests_on(tmp_path):
    policies = [yaml.safe_load(open(path, encoding="utf-8").read().replace("2026-01-01", "'2026-01-01'")) for path in POLICIES]
    files = [tmp_path / f"policy-{n}.yaml" for n in range(len(policies))]

    def write_policies(version):
        for file, policy in zip(files, policies):
            file.write_text(yaml.safe_dump({**policy, "version": version}, allow_unicode=True))
        return [str(file) for file in files]

    with Changing("refresh", policies=write_policies("1")) as own:
        world = own.world
        crossing = own.sign_in("worldwide", scope="openid profile offline_access")
        item = own.sign_in("refreshing", resource="https://service.example/items/ledger")
        inside = own.sign_in("refreshing")
        away = own.sign_in("offline", scope="openid offline_access")

        own.change(policies=write_policies("2"))
        assert refusal(crossing.party.refresh(crossing.tokens["refresh_token"])) == "invalid_grant"
        assert not is_active(crossing, crossing.tokens)
        info = answer_json(crossing.party.userinfo(crossing.tokens["access_token"]))
        assert set(info) == {"sub"}, "nothing is told under rules that are no more"
        tokens = refreshed(inside, inside.tokens["refresh_token"])

        clients = changed(world.settings()["clients"], "refreshing", refresh_tokens="none")
        clients = changed(clients, "offline", refresh_tokens="session")
        own.change(policies=write_policies("1"), clients=clients)
        assert refusal(inside.party.refresh(tokens["refresh_token"])) == "unauthorized_client"
        assert refusal(away.party.refresh(away.tokens["refresh_token"])) == "invalid_grant", "it would outlive the session"
        assert not is_active(inside, tokens) and not is_active(away, away.tokens) and is_active(crossing, crossing.tokens)
        refreshed(crossing, crossing.tokens["refresh_token"])

        catalogue = yaml.safe_load((world.folder / "catalogue.yaml").read_text())
        catalogue["items"] = [entry for entry in catalogue["items"] if entry["id"] != "ledger"]
        own.change(policies=write_policies("1"), catalogue=[str(world.write("catalogue-2.yaml", catalogue))])
        assert refusal(item.party.refresh(item.tokens["refresh_token"])) == "invalid_target"
        assert not is_active(item, item.tokens)

        tokens = refreshed(inside, tokens["refresh_token"])
        sources = [{**source, "id": "iamsmart-2"} if source["id"] == "iamsmart" else source for source in world.sources()]
        moved = json.loads(json.dumps(world.settings()["clients"]).replace('"iamsmart"', '"iamsmart-2"'))
        own.change(policies=write_policies("1"), sources=sources, clients=moved)
        assert refusal(inside.party.refresh(tokens["refresh_token"])) == "invalid_grant", "nobody vouches any more"
