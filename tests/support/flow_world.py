# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The world of a flow test: Redis, the sandbox and one or two gateways, the real programs on free ports, with one
clock that tests put forward; and what must hold after each test: no secret and no person in any log or, in clear, in
Redis, and a time to live on every key that is not durable."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.parse

import yaml
from jwcrypto import jwk
from program import Program, free_ports, wait_until
from redis_server import Redis
from relying_party import RelyingParty
from web_browser import DESKTOP, PHONE, Browser, exchange

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BAYGATE_BUILD", ROOT / "build" / "test")).resolve()
GATEWAY = BUILD / "gateway" / "baygate"
SANDBOX = BUILD / "adapters" / "sandbox" / "baygate-sandbox"
ASSURANCE = ROOT / "config" / "assurance.yaml"
POLICIES = [str(path) for path in sorted((ROOT / "config" / "policies").glob("*.yaml"))]
LOGS = pathlib.Path(os.environ.get("BAYGATE_TEST_LOGS", BUILD / "test-logs"))

# What identifies the sandbox's test persons.
PERSONAL = [
    "CHAN, Tai Man", "陳大文", "陈大文", "A123456", "H1234567800", "1990-01-15", "19900115", "gd7c1f0a52e6b94d01",
    "LEE, Mei Ling", "李美玲", "E364912", "810000198512310027", "1985-12-31", "gd2ab94e7710c35f02",
    "WONG, Chi Keung", "黃志強", "黄志刚", "P131609", "H2345678901", "gd91d3c6e80b724a03",
    "CHEUNG, Wing Sze", "張詠詩", "张咏诗", "D288754", "H3456789002", "gd4e80f7a3d1962b04",
    "SMITH, John Edward", "AB987654", "H4567890100", "gd60b5d2c94f83e105",
    "LAM, Kwok Wah", "林國華", "林国华", "G123456", "H5678901203", "gd3f72a9e0c8d64b06",
    "AU YEUNG, Ching", "歐陽靜", "欧阳静", "L555555", "H6789012300", "gdd8e1604b7f2a9c07",
    "CHENG, Kat", "鄭𠮷", "AB123456", "13800138000",
]

FRAMEWORKS = {"iamsmart": "hk_iamsmart", "guangdong": "cn_gd_tyrz"}


def titles(name):
    return {"en": name, "zh-Hant": name, "zh-Hans": name}


class World:
    def __init__(self, name, own_redis=True, gateways=1, settings=None):
        """`own_redis`: one that the tests started, else the gateway's embedded one. `settings`: changes to its own."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="baygate-"))
        self.logs = LOGS / name
        self.clock = self.folder / "clock"
        self.clock.write_text("0\n")
        self.offset = 0
        ports = free_ports(2 * gateways + 6)
        self.iamsmart_port, self.guangdong_port, self.portal_port, self.service_port = ports[:4]
        self.closed_port, landing = ports[4:6]
        self.ports, self.admin_ports = ports[6::2], ports[7::2]
        self.issuer = f"http://localhost:{self.ports[0]}"
        self.iamsmart = f"http://localhost:{self.iamsmart_port}"
        self.guangdong = f"http://localhost:{self.guangdong_port}"
        self.portal = f"http://localhost:{self.portal_port}"
        self.redirect_uri = f"http://localhost:{landing}/callback"
        self.secrets, self.fresh_secrets = set(), set()
        self.read = {}
        self.profile_is_asked = True
        self.parties = {}
        self.client_key = jwk.JWK.generate(kty="EC", crv="P-256", kid="client-key")
        self.redis = Redis(self.folder / "redis", self.logs) if own_redis else None
        self.make_keys()
        self.sandbox = Program("sandbox", [SANDBOX, "serve", "--settings", self.write_sandbox(), "--keys",
                                           self.folder / "keys"], self.logs, BAYGATE_TEST_CLOCK=str(self.clock))
        self.gateways = [Program(f"gateway-{n + 1}", [GATEWAY, "serve", "--settings", self.write_gateway(n, settings)],
                                 self.logs, BAYGATE_TEST_CLOCK=str(self.clock)) for n in range(gateways)]

    # -- start and end

    def __enter__(self):
        try:
            if self.redis:
                self.redis.start()
            self.sandbox.start()
            wait_until(lambda: self.sandbox.check() and self.listens(self.service_port), "the sandbox answers")
            for n in range(len(self.gateways)):
                self.start_gateway(n)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *exception):
        statuses = self.end()
        assert set(statuses) <= {0, None}, f"exit statuses of gateways and sandbox: {statuses}"

    def end(self):
        statuses = []
        for program in [*self.gateways, self.sandbox]:
            statuses.append(program.stop())
        if self.redis:
            self.redis.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return statuses

    def start_gateway(self, n=0):
        self.gateways[n].start()
        wait_until(lambda: self.gateways[n].check() and self.is_ready(n), "the gateway is ready")

    def restart_gateway(self, n=0):
        assert self.gateways[n].stop() == 0
        self.start_gateway(n)

    def revive(self):
        """Starts what an earlier story left stopped, so that its failure stays its own."""
        if self.redis and not self.redis.program.is_running():
            self.redis.start()
        for n, gateway in enumerate(self.gateways):
            if not gateway.is_running():
                self.start_gateway(n)

    @staticmethod
    def listens(port, path="/", below=500):
        try:
            return exchange("GET", f"http://localhost:{port}{path}").status < below
        except OSError:
            return False

    def is_ready(self, n=0):
        return self.listens(self.ports[n], "/readyz", 300)

    # -- settings

    def make_keys(self):
        subprocess.run([SANDBOX, "keys", "--out", self.folder / "keys"], check=True, capture_output=True)
        public = {"keys": [json.loads(self.client_key.export_public())]}
        (self.folder / "client.jwks.json").write_text(json.dumps(public))

    def write(self, name, tree):
        path = self.folder / name
        path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
        return path

    def write_sandbox(self):
        gateway = [f"{self.issuer}/callback/iamsmart", f"{self.issuer}/notify/iamsmart"]
        secret = self.keep("sandbox-iamsmart-secret")
        return self.write("sandbox.yaml", {
            "iamsmart": {"port": self.iamsmart_port, "public_url": self.iamsmart, "services": [
                {"client_id": "baygate-test", "client_secret": secret, "kek_public_key": "iamsmart-kek.pub.pem",
                 "scopes": "eidapi_auth eidapi_profiles eidapi_fr", "redirect_uris": gateway}]},
            "guangdong": {"port": self.guangdong_port, "clients": [
                {"client_id": "baygate-test", "client_secret": self.keep("sandbox-guangdong-secret"),
                 "redirect_uris": [f"{self.issuer}/callback/{source}/"
                                   for source in ("guangdong", "hasty", "nowhere")]}]},
            "portal": {"port": self.portal_port, "public_url": self.portal, "issuer": self.issuer,
                       "client_id": "sandbox-portal", "client_secret": self.keep("sandbox-portal-secret"),
                       "service_url": f"http://localhost:{self.service_port}/api/me"},
            "service": {"port": self.service_port, "issuer": self.issuer, "audience": "https://service.example"},
        })

    def source(self, name, kind, jurisdiction, **settings):
        return {"id": name, "type": kind, "jurisdiction": jurisdiction, "titles": titles("Source " + name),
                "trust_framework": FRAMEWORKS[kind],
                "settings": {"client_id": "baygate-test", "trip_after": 1000, **settings}}

    def sources(self):
        iamsmart = {"api_base": self.iamsmart + "/api/v1", "client_secret": "sandbox-iamsmart-secret",
                    "kek_file": str(self.folder / "keys" / "iamsmart-kek.pem")}
        guangdong = {"api_base": self.guangdong, "client_secret": "sandbox-guangdong-secret"}
        nowhere = {**guangdong, "api_base": f"http://localhost:{self.closed_port}", "web_base": self.guangdong}
        return [self.source("iamsmart", "iamsmart", "HK", **iamsmart),
                self.source("guangdong", "guangdong", "CN", **guangdong),
                self.source("hasty", "guangdong", "CN", timeout="1s", **guangdong),
                self.source("nowhere", "guangdong", "CN", **{**nowhere, "trip_after": 3, "open_for": "10m"})]

    def client(self, client_id, auth="client_secret_basic", **settings):
        key = self.client_key if auth == "private_key_jwt" else None
        secret = self.keep(f"{client_id}-secret-0123456789") if auth.startswith("client_secret") else None
        self.parties[client_id] = RelyingParty(self, client_id, auth, secret, key)
        own = {"client_id": client_id, "auth": auth, "titles": titles("Service " + client_id), "jurisdiction": "HK",
               "redirect_uris": [self.redirect_uri], "scopes": ["openid", "profile"], "sources": ["iamsmart"]}
        if secret:
            own["client_secret"] = secret
        if key:
            own["jwks_file"] = str(self.folder / "client.jwks.json")
        chosen = {name: value for name, value in {**own, **settings}.items() if value is not None}
        return json.loads(json.dumps(chosen)) # nothing shared: YAML would make aliases of it, which the gateway refuses

    def clients(self):
        bound = {"jurisdiction": "CN", "binding_source": "guangdong"}
        served = {**bound, "purpose": "public-service"}
        return [self.client("portal", **served, audience="https://service.example",
                            purpose_titles=titles("Public services")),
                self.client("sister", **served, sector="sister.example"),
                self.client("purposeless", **bound),
                self.client("post", "client_secret_post"),
                self.client("keyed", "private_key_jwt"),
                self.client("public", "none"),
                self.client("hongkong", scopes=["openid", "profile", "email", "phone"]),
                self.client("everything", sources=None),
                self.client("mainland", **bound, sources=["guangdong"], sector="mainland.example"),
                self.client("southbound", sources=["guangdong"], binding_source="iamsmart", sector="south.example"),
                self.client("nopkce", require_pkce=False),
                self.client("demanding", **bound, acr_minimum="urn:baygate:acr:low"),
                self.client("hasty", jurisdiction="CN", sources=["hasty"]),
                self.client("nowhere", jurisdiction="CN", sources=["nowhere"]),
                *[self.client("signs-" + alg.lower(), id_token_alg=alg, access_token_alg=alg)
                  for alg in ("ES256", "RS256", "PS256", "EdDSA", "SGD_SM3_SM2")],
                {**self.client("sandbox-portal", **served, audience="https://service.example"),
                 "client_secret": "sandbox-portal-secret", "redirect_uris": [self.portal + "/callback"]},
                self.client("leaving", post_logout_redirect_uris=[self.redirect_uri + "/goodbye"]),
                *self.refreshing_clients(served)]

    def refreshing_clients(self, served):
        """Clients with refresh tokens, and services that ask what tokens are worth."""
        session = {"refresh_tokens": "session", "scopes": ["openid", "profile", "email"],
                   "post_logout_redirect_uris": [self.redirect_uri + "/goodbye"]}
        offline = {"refresh_tokens": "offline", "scopes": ["openid", "profile", "offline_access"]}
        server = {"redirect_uris": None, "sources": None}
        return [self.client("refreshing", **session, audience="https://api.example"),
                self.client("app", "none", **session, audience="https://app.example"),
                self.client("opaque", **session, access_token_format="opaque", audience="https://opaque.example"),
                self.client("offline", **offline),
                self.client("worldwide", **served, **offline, audience="https://service.example"),
                self.client("demanding-offline", **offline, acr_minimum="urn:baygate:acr:low"),
                self.client("api", **server, serves=["https://api.example", "https://opaque.example",
                                                     "https://service.example/items/ledger",
                                                     "https://service.example/items/sealed"]),
                self.client("keyed-api", "private_key_jwt", **server, serves=["https://api.example"], id_token_alg="EdDSA"),
                self.client("other-api", **server, serves=["https://elsewhere.example"])]

    def item(self, name, **settings):
        return {"id": name, "titles": titles("Item " + name), "resource": "https://service.example/items/" + name,
                "scopes": ["openid", "profile"], "clients": ["hongkong"], **settings}

    def write_catalogue(self):
        return self.write("catalogue.yaml", {"items": [
            self.item("allowance", clients=["hongkong", "portal"], acr_minimum="urn:baygate:acr:low",
                      purpose_titles=titles("Purpose of allowance")),
            self.item("contact", scopes=["openid", "email"]),
            self.item("strict", acr_minimum="urn:baygate:acr:high"),
            self.item("ledger", clients=["refreshing"]),
            self.item("sealed", clients=["refreshing"], opaque_tokens=True),
            self.item("foreign", clients=["post"])]})

    def settings(self, n=0):
        """The gateway's settings as a tree, for tests that want others."""
        tree = {"issuer": self.issuer, "listen": {"port": self.ports[n]}, "admin": {"port": self.admin_ports[n]},
                "state": {"dir": str(self.folder / f"state-{n + 1}"),
                          "master_key_file": str(self.folder / "master.key")},
                "assurance": str(ASSURANCE), "policies": POLICIES, "catalogue": [str(self.write_catalogue())],
                "limits": {"workers": 2, "request_deadline": "20s"},
                "sources": self.sources(), "clients": self.clients()}
        if self.redis:
            tree["redis"] = {"url": f"unix://{self.redis.socket}"}
        return tree

    def write_gateway(self, n, changes):
        return self.write(f"baygate-{n + 1}.yaml", {**self.settings(n), **(changes or {})})

    # -- people, services, time

    def browser(self, agent=DESKTOP, language="en"):
        return Browser([self.redirect_uri], agent, language, self.keep)

    def phone(self):
        return self.browser(PHONE)

    def party(self, client_id):
        return self.parties[client_id]

    def now(self):
        return int(time.time()) + self.offset

    def pass_time(self, seconds):
        """Only forward: no program would survive a clock that goes back."""
        self.offset += seconds
        self.clock.write_text(f"{self.offset}\n")

    def turn(self, stand_in, what, value="1"):
        """A knob of the sandbox: turn(world.iamsmart, "slow", 500)."""
        body = urllib.parse.urlencode({"what": what, "value": value})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = exchange("POST", stand_in + "/sandbox/behave", form, body)
        assert answer.status == 200, answer
        if stand_in == self.iamsmart and what in ("profile", "reset"):
            self.profile_is_asked = value == "ask" or what == "reset"

    def calm(self):
        """All knobs as at the start, nobody bound to anything."""
        self.turn(self.iamsmart, "reset")
        self.turn(self.guangdong, "reset")
        if self.redis:
            self.redis.forget("bg:d:binding:*", "bg:d:consent:*", "bg:d:person:*", "bg:person:*")

    def hurry(self, person="chan"):
        """The phone approves by itself, for stories that are about something else."""
        self.turn(self.iamsmart, "auto_person", person)
        self.turn(self.iamsmart, "profile", "approve")

    # -- what must hold after each test

    def keep(self, secret):
        """Remembers a secret; the log and Redis may not show it."""
        if len(secret) >= 12:
            self.secrets.add(secret)
            self.fresh_secrets.add(secret)
        return secret

    def told(self, content):
        """Which persons and secrets the bytes tell of: those of this test wherever they stand, older ones as words."""
        looked_for = [word.encode() for word in [*PERSONAL, *self.fresh_secrets]]
        words = {word.decode() for word in re.findall(rb"[A-Za-z0-9_.-]{12,}", content)}
        return [word for word in looked_for if word in content] + sorted(words & self.secrets)

    def news(self):
        """What the programs have written since the last look, by name."""
        found = {}
        for path in sorted(self.logs.glob("*.log")):
            content = path.read_bytes()
            found[path.name] = content[self.read.get(path, 0):]
            self.read[path] = len(content)
        return found

    def check_clean(self):
        for program in [*self.gateways, self.sandbox]:
            assert program.process, f"{program.name} was left stopped"
            program.check()
        for name, text in self.news().items():
            assert not self.told(text), f"{name} tells {self.told(text)}"
        if self.redis and self.redis.program.process:
            self.check_redis()
        self.fresh_secrets.clear()

    def check_redis(self):
        content = self.redis.content()
        for key, (value, life) in content.items():
            assert key.startswith(b"bg:"), key
            assert (life == -1) == key.startswith(b"bg:d:"), f"{key} lives {life} seconds"
        shown = self.told(b"\n".join(part for key, (value, _) in content.items() for part in (key, value)))
        assert not shown, f"Redis holds {shown} in clear"

    def log_lines(self, n=0):
        """The gateway's log, parsed."""
        return [json.loads(line) for line in self.gateways[n].said().splitlines() if line.startswith("{")]

    def logged(self, request_id, n=0):
        """The lines about one request; there is at least one, if not at once: busy threads write several together."""
        def lines():
            return [line for line in self.log_lines(n) if line.get("request_id") == request_id]
        return wait_until(lines, "the request is in the log", 5)
