# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The gateway, with clients that other people's programs are."""

import json

from flow_world import World
from journey import Journey
from jwcrypto import jwk
from program import free_ports

AUDIENCE = "https://service.example"
LATE = 2 * 3600


class Street(World):
    """Its clock begins late, so that a token of the gateway can be had that is too old for everybody else."""

    def __init__(self, name):
        self.portal_ports = dict(zip(("portal-by-secret", "portal-by-key", "portal-for-few"), free_ports(3)))
        self.portal_key = jwk.JWK.generate(kty="RSA", size=2048, kid="portal-2026")
        super().__init__(name)
        self.pass_time(-LATE)

    def clients(self):
        key = json.loads(self.portal_key.export_public())
        (self.folder / "portal.jwks.json").write_text(json.dumps({"keys": [key]}))
        return [self.client("caller", audience=AUDIENCE),
                self.client("other", audience="https://other.example"),
                self.client("opaque", audience=AUDIENCE, access_token_format="opaque"),
                self.client("other-opaque", audience="https://other.example", access_token_format="opaque"),
                self.client("records", redirect_uris=None, sources=None, serves=[AUDIENCE]),
                self.portal_client("portal-by-secret", "client_secret_basic"),
                self.portal_client("portal-for-few", "client_secret_basic"),
                {**self.portal_client("portal-by-key", "private_key_jwt"),
                 "jwks_file": str(self.folder / "portal.jwks.json")}]

    def portal_client(self, client_id, auth):
        address = f"http://localhost:{self.portal_ports[client_id]}"
        return self.client(client_id, auth, redirect_uris=[address + "/signed-in"],
                           post_logout_redirect_uris=[address + "/goodbye"])

    def write_catalogue(self):
        return self.write("catalogue.yaml", {"items": [self.item("allowance", clients=["caller"])]})

    def settings(self, n=0):
        return {**super().settings(n), "status_list": {"ttl": "1s"}}

    def tokens(self):
        """Name -> token; the expired one first, since the clock goes only forward."""
        self.hurry()
        expired, expired_opaque = self.finish("caller"), self.finish("opaque")
        self.pass_time(LATE)
        found = {name: self.finish(client)["access_token"] for name, client in (
            ("spare", "caller"), ("doomed", "caller"), ("other", "other"), ("opaque", "opaque"), ("doomed opaque", "opaque"),
            ("other opaque", "other-opaque"))}
        good = self.finish("caller")
        return {**found, "good": good["access_token"], "id": good["id_token"], "expired": expired["access_token"],
                "expired opaque": expired_opaque["access_token"]}

    def finish(self, client):
        return Journey(self, client).finish()
