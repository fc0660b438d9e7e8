# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""An issuer that signs whatever it is told to: what a program makes of a claim shows when everything else is right."""

import json
import time

from echo import Echo
from jwcrypto import jwk, jws
from relying_party import base64url
from street import AUDIENCE


class Forge:
    def __init__(self):
        self.key = jwk.JWK.generate(kty="EC", crv="P-256", kid="forge", alg="ES256", use="sig")
        self.keys, self.asked = [self.key], 0
        self.server = Echo(self.jwks)
        self.issuer = f"http://localhost:{self.server.port}"

    def jwks(self, *_):
        self.asked += 1
        return {"keys": [json.loads(key.export_public()) for key in self.keys]}

    def close(self):
        self.server.close()

    def token(self, header=None, key=None, **claims):
        """A good access token but for the changes; one to None takes a member out."""
        now = int(time.time())
        own = {"iss": self.issuer, "sub": "somebody", "aud": AUDIENCE, "exp": now + 3600, "iat": now, "auth_time": now,
               "acr": "urn:baygate:acr:substantial", "jti": "1", "client_id": "caller", "scope": "openid profile"}
        head = {"alg": "ES256", "typ": "at+jwt", "kid": "forge"}
        return sign(changed(head, header or {}), changed(own, claims), key or self.key)


def changed(members, changes):
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


def sign(header, claims, key):
    """A compact JWS. jwcrypto's own class would refuse to make the bad ones."""
    if header["alg"] == "none":
        return f"{encode(header)}.{encode(claims)}."
    parts = jws.JWSCore(header["alg"], key, json.dumps(header), json.dumps(claims)).sign()
    return f"{parts['protected']}.{parts['payload'].decode()}.{parts['signature']}"


def encode(members):
    return base64url(json.dumps(members).encode())


def secret_of(key):
    """The public key's PEM as a key for HMAC: what confuses a verifier that lets the token choose the algorithm."""
    return jwk.JWK(kty="oct", k=base64url(key.export_to_pem()))
