# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A service that people sign in to: makes authorization requests, redeems codes, and checks the tokens with other
people's code (jwcrypto; the openssl program for SM2), never with the gateway's."""

import base64
import hashlib
import json
import os
import pathlib
import re
import secrets
import subprocess
import tempfile
import urllib.parse

from jwcrypto import jwk, jws
from web_browser import exchange


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_decode(text):
    assert re.fullmatch(r"[A-Za-z0-9_-]*", text), "not base64url"
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts_of(token):
    """Header and claims of a JWT, unproven."""
    header, claims, _ = token.split(".")
    return json.loads(base64url_decode(header)), json.loads(base64url_decode(claims))


def answer_json(answer):
    assert answer.headers.get_content_type() in ("application/json", "application/jwk-set+json"), answer
    return json.loads(answer.body)


class RelyingParty:
    def __init__(self, world, client_id, auth="client_secret_basic", secret=None, key=None):
        self.world, self.client_id, self.auth, self.secret, self.key = world, client_id, auth, secret, key
        self.redirect_uri = world.redirect_uri
        self.issuer = world.issuer

    def attempt(self, **params):
        """An authorization request that has not been sent yet. A parameter None is left out, a list repeated."""
        return Attempt(self, params)

    # -- client authentication

    def assertion(self, **claims):
        now = self.world.now()
        content = {"iss": self.client_id, "sub": self.client_id, "aud": self.issuer, "iat": now, "exp": now + 60,
                   "jti": secrets.token_urlsafe(12), **claims}
        token = jws.JWS(json.dumps(content))
        token.add_signature(self.key, None, json.dumps({"alg": "ES256", "typ": "JWT"}), None)
        return token.serialize(compact=True)

    def authentication(self):
        """Headers and form fields."""
        if self.auth == "client_secret_basic":
            pair = f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(self.secret)}"
            return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}, {}
        if self.auth == "client_secret_post":
            return {}, {"client_id": self.client_id, "client_secret": self.secret}
        if self.auth == "private_key_jwt":
            kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            return {}, {"client_assertion": self.assertion(), "client_assertion_type": kind}
        return {}, {"client_id": self.client_id}

    # -- endpoints

    def post(self, path, headers=None, connect_to=None, more_headers=(), **fields):
        """An endpoint's answer to this form, with this client's authentication unless headers are given."""
        own_headers, own_fields = self.authentication() if headers is None else (headers, {})
        own_headers = {**own_headers, **dict(more_headers), "Content-Type": "application/x-www-form-urlencoded"}
        pairs = {name: value for name, value in {**own_fields, **fields}.items() if value is not None}
        return exchange("POST", self.issuer + path, own_headers, urllib.parse.urlencode(pairs, True), connect_to)

    def post_token(self, headers=None, connect_to=None, **fields):
        answer = self.post("/token", headers, connect_to, **fields)
        if answer.status == 200:
            for name in ("access_token", "id_token", "refresh_token"):
                self.world.keep(answer_json(answer).get(name, ""))
        return answer

    def refresh(self, token, connect_to=None, **fields):
        return self.post_token(None, connect_to, grant_type="refresh_token", refresh_token=token, **fields)

    def introspect(self, token, connect_to=None, **fields):
        """What the token is worth, as the answer tells it."""
        answer = self.post("/introspect", None, connect_to, token=token, **fields)
        assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store", answer
        return answer_json(answer)

    def revoke(self, token, connect_to=None, **fields):
        return self.post("/revoke", None, connect_to, token=token, **fields)

    def userinfo(self, token, method="GET", connect_to=None):
        return exchange(method, self.issuer + "/userinfo", {"Authorization": "Bearer " + token}, None, connect_to)

    # -- tokens

    def key_of(self, header):
        keys = answer_json(exchange("GET", self.issuer + "/jwks"))["keys"]
        found = [key for key in keys if key["kid"] == header["kid"]]
        assert len(found) == 1, f"kid {header['kid']} names {len(found)} keys"
        return found[0]

    def verify(self, token):
        """Header and claims of a token whose signature holds."""
        header, claims = parts_of(token)
        key = self.key_of(header)
        assert key["alg"] == header["alg"] and key["use"] == "sig" and "d" not in key
        if header["alg"] == "SGD_SM3_SM2":
            verify_sm2(token, key)
        else:
            proof = jws.JWS()
            proof.allowed_algs = [header["alg"]]
            proof.deserialize(token, jwk.JWK(**{name: key[name] for name in key if name not in ("use", "alg")}))
            assert json.loads(proof.payload) == claims
        return header, claims

    def check_id_token(self, tokens, attempt):
        """OpenID Connect Core 1.0, section 3.1.3.7; its claims."""
        header, claims = self.verify(tokens["id_token"])
        now = self.world.now()
        assert header["typ"] == "JWT"
        assert claims["iss"] == self.issuer and claims["aud"] == self.client_id
        assert claims["iat"] <= now + 1 and now < claims["exp"] <= now + 3600
        assert claims["auth_time"] <= claims["iat"]
        assert claims.get("nonce") == attempt.nonce
        digest = {"EdDSA": "sha512", "SGD_SM3_SM2": "sm3"}.get(header["alg"], "sha256")
        whole = hashlib.new(digest, tokens["access_token"].encode()).digest()
        assert claims["at_hash"] == base64url(whole[: len(whole) // 2])
        return claims

    def check_access_token(self, tokens, audience=None):
        """RFC 9068, section 4; its claims."""
        header, claims = self.verify(tokens["access_token"])
        now = self.world.now()
        assert header["typ"] == "at+jwt"
        assert claims["iss"] == self.issuer and claims["client_id"] == self.client_id
        assert claims["aud"] == (audience or self.issuer)
        assert claims["iat"] <= now + 1 and now < claims["exp"] and claims["jti"] and claims["scope"]
        return claims


class Attempt:
    """One authorization request, and what belongs to it."""

    def __init__(self, party, params):
        self.party, self.verifier = party, secrets.token_urlsafe(32)
        self.state, self.nonce = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        challenge = base64url(hashlib.sha256(self.verifier.encode()).digest())
        self.params = {"response_type": "code", "client_id": party.client_id, "redirect_uri": party.redirect_uri,
                       "scope": "openid profile", "state": self.state, "nonce": self.nonce,
                       "code_challenge": challenge, "code_challenge_method": "S256", **params}
        self.state, self.nonce = self.params["state"], self.params["nonce"]
        party.world.keep(self.verifier)

    @property
    def query(self):
        return urllib.parse.urlencode({name: value for name, value in self.params.items() if value is not None}, True)

    @property
    def url(self):
        return self.party.issuer + "/authorize?" + self.query

    def returned(self, page):
        """The parameters with which the browser came back; it must have, with our state and the issuer's name."""
        assert page.arrived, f"did not come back to the service but stands at {page}"
        assert page.url.startswith(self.party.redirect_uri)
        assert page.params.get("state") == self.state
        assert page.params.get("iss") == self.party.issuer
        return page.params

    def error(self, page):
        params = self.returned(page)
        assert "code" not in params
        return params["error"]

    def code(self, page):
        params = self.returned(page)
        assert "error" not in params, params
        return params["code"]

    def redeem(self, code, connect_to=None, **fields):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.party.redirect_uri,
                "code_verifier": self.verifier, **fields}
        return self.party.post_token(None, connect_to, **form)

    def tokens(self, page, connect_to=None):
        """The tokens for the code with which the browser came back."""
        answer = self.redeem(self.code(page), connect_to)
        assert answer.status == 200, answer
        return answer_json(answer)

    def claims(self, page):
        """The checked claims of the ID token for the code with which the browser came back."""
        return self.party.check_id_token(self.tokens(page), self)


# ------------------------------------------------------------------------------------- SM2 by the openssl program

SM2_KEY_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


def der_integer(data):
    data = data.lstrip(b"\0") or b"\0"
    data = b"\0" + data if data[0] & 0x80 else data
    return b"\x02" + bytes([len(data)]) + data


def verify_sm2(token, key):
    """GB/T 32918.2 with SM3 and the default identity; the signature is r and s, 32 bytes each."""
    assert key["kty"] == "EC" and key["crv"] == "sm2p256v1"
    signed, _, signature = token.rpartition(".")
    raw = base64url_decode(signature)
    assert len(raw) == 64
    numbers = der_integer(raw[:32]) + der_integer(raw[32:])
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "key").write_bytes(SM2_KEY_HEAD + base64url_decode(key["x"]) + base64url_decode(key["y"]))
        (place / "signature").write_bytes(b"\x30" + bytes([len(numbers)]) + numbers)
        (place / "signed").write_text(signed)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-digest", "sm3",
             "-pkeyopt", "distid:1234567812345678", "-in", "signed", "-sigfile", "signature"],
            cwd=place, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0 and "Successfully" in done.stdout, done.stdout + done.stderr
