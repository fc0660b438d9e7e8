# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""jwks_to_pem.py JWKS-ADDRESS FOLDER: the gateway's ES256 keys as 1.pem, 2.pem and 3.pem, for haproxy.cfg.

There are three while keys change: the next one, the one that signs, and the one before. When there are fewer, the last one
is repeated. Debian: python3-jwcrypto."""

import json
import pathlib
import sys
import urllib.request

from jwcrypto.jwk import JWK

address, folder = sys.argv[1], pathlib.Path(sys.argv[2])
with urllib.request.urlopen(address, timeout=10) as answer:
    keys = [key for key in json.load(answer)["keys"] if key.get("alg") == "ES256"]
if not 1 <= len(keys) <= 3:
    sys.exit(f"{len(keys)} keys for ES256; haproxy.cfg has room for one to three")
for number in (1, 2, 3):
    key = keys[min(number, len(keys)) - 1]
    pem = JWK(kty=key["kty"], crv=key["crv"], x=key["x"], y=key["y"]).export_to_pem()
    (folder / f"{number}.pem").write_bytes(pem)
