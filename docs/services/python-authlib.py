# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A service that answers whom the gateway's access token names; with authlib (Debian: python3-authlib)."""

import json
import threading
import time
import urllib.request
from wsgiref.simple_server import make_server

from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import InvalidTokenError

ISSUER = "https://id.example"
AUDIENCE = "https://service.example"
LEVELS = ("urn:baygate:acr:substantial", "urn:baygate:acr:high")  # the least first
LISTEN = "127.0.0.1:8085"
PATIENCE = 60  # seconds from one fetch of the keys to the next


class Keys:
    """The gateway's keys. Fetched anew every hour, and for a key that is not there yet; but since strangers can make up
    keys, not at once again. While the gateway is away, the keys that are there stay."""

    def __init__(self):
        self.keys, self.stale_at, self.again_at, self.lock = {}, 0, 0, threading.Lock()

    def find(self, header, _payload):
        with self.lock:
            now = time.monotonic()
            if now >= self.again_at and (now >= self.stale_at or header["kid"] not in self.keys):
                self.fetch(now)
            if not self.keys:
                raise OSError("the gateway's keys could not be fetched yet")
            return self.keys[header["kid"]]

    def fetch(self, now):
        self.again_at = now + (PATIENCE if self.keys else 1)
        try:
            with urllib.request.urlopen(ISSUER + "/jwks", timeout=10) as answer:
                found = [key for key in json.load(answer)["keys"] if key.get("alg") == "ES256"]
            self.keys = {key["kid"]: JsonWebKey.import_key(key) for key in found}
            self.stale_at, self.again_at = now + 3600, now + PATIENCE
        except (OSError, ValueError):
            pass  # another time


KEYS = Keys()
JWT = JsonWebToken(["ES256"])
CLAIMS = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": AUDIENCE},
          "exp": {"essential": True}, "sub": {"essential": True}, "client_id": {"essential": True}}


def claims_of(token):
    """The claims of a good access token (RFC 9068, section 4). Anything else is an exception."""
    claims = JWT.decode(token, KEYS.find, claims_options=CLAIMS)
    claims.validate()
    if claims.header.get("typ") != "at+jwt":
        raise InvalidTokenError("not an access token")
    return claims


def application(environ, start_response):
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return answer(start_response, "401 Unauthorized", {}, "Bearer")
    try:
        claims = claims_of(token)
    except OSError:  # the gateway's keys cannot be fetched
        return answer(start_response, "503 Service Unavailable", {})
    except Exception:  # whatever a stranger's token can do to the library: it is not a good one
        return answer(start_response, "401 Unauthorized", {}, 'Bearer error="invalid_token"')
    if claims.get("acr") not in LEVELS:  # RFC 9470: the caller may have the person sign in better, and come again
        challenge = f'Bearer error="insufficient_user_authentication", acr_values="{LEVELS[0]}"'
        return answer(start_response, "401 Unauthorized", {}, challenge)
    return answer(start_response, "200 OK", {name: claims.get(name) for name in ("sub", "scope", "acr")})


def answer(start_response, status, content, challenge=None):
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    start_response(status, headers + ([("WWW-Authenticate", challenge)] if challenge else []))
    return [json.dumps(content).encode()]


if __name__ == "__main__":
    host, _, port = LISTEN.partition(":")
    make_server(host, int(port), application).serve_forever()
