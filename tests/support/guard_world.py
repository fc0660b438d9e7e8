# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The guard as a program, an issuer of the test's own whose every request is counted, and tokens of any kind."""

import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import ssl
import tempfile
import threading
import time
import uuid
import zlib

import yaml
from jwcrypto import jwk, jws
from program import Program, free_ports, wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BAYGATE_BUILD", ROOT / "build" / "test")).resolve()
GUARD = BUILD / "adapters" / "guard" / "baygate-guard"
LOGS = pathlib.Path(os.environ.get("BAYGATE_TEST_LOGS", BUILD / "test-logs"))
AUDIENCE = "https://records.example.org"
KINDS = {"ES256": {"kty": "EC", "crv": "P-256"}, "RS256": {"kty": "RSA", "size": 2048},
         "PS256": {"kty": "RSA", "size": 2048}, "EdDSA": {"kty": "OKP", "crv": "Ed25519"}}
KEYS = {}  # kept for all tests: RSA keys take their time


def b64(data):
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def new_key(alg, kid):
    if (alg, kid) not in KEYS:
        KEYS[alg, kid] = jwk.JWK.generate(kid=kid, alg=alg, use="sig", **KINDS[alg])
    return KEYS[alg, kid]


def sign(key, header, payload):
    """A JWS in compact form over any header and any bytes."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    token = jws.JWS(text)
    token.add_signature(key, None, json.dumps(header), None)
    return token.serialize(compact=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        issuer = self.server.issuer
        if not issuer.server:  # a connection that was kept open
            self.close_connection = True
            return
        issuer.paths.append(self.path)
        issuer.gate.wait(30)
        if self.path.startswith("/status_lists/"):
            issuer.slow_lists.wait(30)
        status, body, tag = issuer.answer(self.path, self.headers.get("If-None-Match"))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Issuer:
    """An issuer that publishes what a test wants, or nothing, or keeps its callers waiting."""

    def __init__(self, certificate=None):
        """`certificate`: file with a certificate for localhost and its key; without one it is plain HTTP."""
        self.certificate = certificate
        self.keys = [new_key(alg, alg) for alg in KINDS]
        self.paths, self.gate, self.status, self.body, self.metadata = [], threading.Event(), 200, None, {}
        self.gate.set()
        self.lists, self.list_claims, self.list_header, self.list_key = {}, {}, {}, self.keys[0]
        self.slow_lists, self.now = threading.Event(), time.time
        self.slow_lists.set()
        self.port = free_ports(1)[0]
        self.url = f"{'https' if certificate else 'http'}://localhost:{self.port}"
        self.server = None
        self.start()

    def start(self):
        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.issuer = self
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        """Away: nothing listens any more."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def place(self, index=0, number=1):
        """The claim of a token that has this place."""
        return {"status_list": {"idx": index, "uri": f"{self.url}/status_lists/{number}"}}

    def signed_list(self, path):
        """The list as it is now: `lists` says which places are revoked, or is the whole answer."""
        bits = bytearray(1024)
        for index in self.lists[path]:
            bits[index // 8] |= 1 << index % 8
        now = int(self.now())
        claims = {"iss": self.url, "sub": self.url + path, "iat": now, "exp": now + 3600, "ttl": 5,
                  "status_list": {"bits": 1, "lst": b64(zlib.compress(bytes(bits)))}, **self.list_claims}
        head = {"alg": self.list_key.get("alg"), "typ": "statuslist+jwt", "kid": self.list_key.get("kid"), **self.list_header}
        return sign(self.list_key, head, {name: value for name, value in claims.items() if value is not None}).encode()

    def answer_list(self, path, known):
        """The tag tells the content, not the signature, as that of any server that keeps what it signed."""
        content = self.lists.get(path)
        if content is None:
            return 404, b"{}", None
        if isinstance(content, bytes):
            return 200, content, None
        tag = f'"{hashlib.sha256(repr((sorted(content), self.list_key.get("kid"))).encode()).hexdigest()[:16]}"'
        return (304, b"", tag) if known == tag else (200, self.signed_list(path), tag)

    def asked_for(self, number=1):
        return self.paths.count(f"/status_lists/{number}")

    def answer(self, path, known=None):
        """Status, body, entity tag."""
        if path.startswith("/status_lists/"):
            return self.answer_list(path, known)
        return (*self.answer_keys(path), None)

    def answer_keys(self, path):
        if path == "/.well-known/openid-configuration":
            document = {"issuer": self.url, "jwks_uri": self.url + "/jwks", **self.metadata}
            return 200, json.dumps(document).encode()
        if path != "/jwks" or self.status != 200:
            return (self.status if path == "/jwks" else 404), b"{}"
        if self.body is not None:
            return 200, self.body
        return 200, json.dumps({"keys": [json.loads(key.export_public()) for key in self.keys]}).encode()

    def fetches(self):
        return self.paths.count("/jwks")


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = response.headers
        self.challenge = response.headers.get("WWW-Authenticate", "")

    def __repr__(self):
        return f"{self.status} {self.challenge!r} {self.body!r}"


class GuardWorld:
    RULES = [{"path": "/"}]

    def __init__(self, name, certificate=None, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="baygate-guard-"))
        self.clock = self.folder / "clock"
        self.clock.write_text("0\n")
        self.offset = 0
        self.issuer = Issuer(certificate)
        self.port = free_ports(1)[0]
        self.sent = set()
        self.issuer.now = self.now
        tree = {"issuer": self.issuer.url, "audience": AUDIENCE, "listen": {"port": self.port}, "workers": 2,
                "realm": "records", "log_level": "debug", "rules": self.RULES,
                "headers": {"sub": "X-Subject", "acr": "X-Acr", "roles": "X-Roles", "name": "X-Name"}, **settings}
        path = self.folder / "guard.yaml"
        path.write_text(yaml.safe_dump({k: v for k, v in tree.items() if v is not None}, allow_unicode=True))
        self.program = Program(name, [GUARD, "--config", path], LOGS / "guard", BAYGATE_TEST_CLOCK=str(self.clock))

    def __enter__(self):
        try:
            self.program.log.unlink(missing_ok=True)
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind, *exception):
        status = self.end()
        if kind is None:
            assert status == 0, self.program.said()[-3000:]
            said = self.program.said()
            assert not [token for token in self.sent if len(token) > 40 and token in said], "a token is in the log"

    def start(self):
        self.program.start()
        wait_until(lambda: self.program.check() and '"event":"guarding"' in self.program.said(), "the guard listens")

    def end(self):
        self.issuer.gate.set()
        status = self.program.stop()
        self.issuer.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return status

    # -- time

    def now(self):
        return int(time.time()) + self.offset

    def pass_time(self, seconds):
        self.offset += seconds
        self.clock.write_text(f"{self.offset}\n")

    # -- tokens

    def claims(self, **changes):
        """Claims of an access token (RFC 9068); None takes one away."""
        now = self.now()
        claims = {"iss": self.issuer.url, "aud": AUDIENCE, "sub": "person-1", "client_id": "portal", "iat": now,
                  "exp": now + 600, "jti": str(uuid.uuid4()), "scope": "read write", **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, alg="ES256", header=None, key=None, payload=None, **changes):
        key = key or new_key(alg, alg)
        head = {"alg": alg, "typ": "at+jwt", "kid": key.get("kid"), **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return self.keep(sign(key, head, payload if payload is not None else self.claims(**changes)))

    def keep(self, token):
        """Whatever was sent must not be in the log."""
        self.sent.add(token)
        return token

    def proof(self, key, token, method="GET", url=AUDIENCE + "/", header=None, alg="ES256", **changes):
        """A DPoP proof (RFC 9449, section 4.2)."""
        head = {"typ": "dpop+jwt", "alg": alg, "jwk": json.loads(key.export_public()), **(header or {})}
        for member in ("kid", "use", "alg"):
            if isinstance(head.get("jwk"), dict):
                head["jwk"].pop(member, None)
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": self.now(),
                  "ath": b64(hashlib.sha256(token.encode()).digest()), **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.keep(sign(key, {name: value for name, value in head.items() if value is not None}, claims))

    # -- asking

    def get(self, path, headers=(), method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def ask(self, token=None, path="/", method="GET", scheme="Bearer", more=()):
        """What nginx would ask."""
        headers = [("X-Original-URI", path), ("X-Original-Method", method)]
        if token is not None:
            headers.append(("Authorization", f"{scheme} {token}"))
        return self.get("/auth", [*headers, *more])

    def metric(self, name):
        for line in self.get("/metrics").body.decode().splitlines():
            if line.startswith(f"baygate_guard_{name} "):
                return int(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}")
