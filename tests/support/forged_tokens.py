# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Access tokens that nobody may accept, made of a good one: each class of attack on signed tokens, by name."""

import base64
import hashlib
import hmac
import json

from jwcrypto import jwk, jws
from relying_party import base64url, base64url_decode, parts_of


def encoded(value):
    return base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


def compact(header, claims, signature):
    return ".".join((encoded(header), encoded(claims), signature))


def signed(header, claims, key):
    token = jws.JWS(json.dumps(claims))
    token.add_signature(key, None, json.dumps(header), None)
    return token.serialize(compact=True)


def without_signature(header, claims, signature):
    for alg in ("none", "None", "NONE", "nOnE", "none ", "", None, ["none"], 0):
        for end in ("", signature):
            yield f"alg {alg!r} {'signed' if end else 'bare'}", compact({**header, "alg": alg}, claims, end)


def confused(header, claims, public):
    """Signed by HMAC with what everybody knows: the public key, in each spelling of it."""
    body = compact({**header, "alg": "HS256"}, claims, "")
    pem = jwk.JWK(**public).export_to_pem()
    for name, secret in {"pem": pem, "pem without end": pem.strip(), "jwk": json.dumps(public).encode(), "empty": b"",
                         "x": base64url_decode(public["x"]),
                         "point": b"\x04" + base64url_decode(public["x"]) + base64url_decode(public["y"])}.items():
        yield "HS256 with " + name, body + base64url(hmac.new(secret, body[:-1].encode(), hashlib.sha256).digest())


def foreign_keys(header, claims, trap):
    """Signed by a key that the token brings along or tells where to fetch: `trap` must not be asked."""
    key = jwk.JWK.generate(kty="EC", crv="P-256")
    public = json.loads(key.export_public())
    der = base64.b64encode(b"0").decode()
    for name, more in {"kid of ours": {}, "jwk": {"jwk": public}, "jku": {"jku": trap}, "x5u": {"x5u": trap}, "x5c": {"x5c": [der]},
                       "private jwk": {"jwk": json.loads(key.export())}, "kid path": {"kid": "../../dev/null"},
                       "kid quote": {"kid": "' OR 1=1 --"}, "kid wildcard": {"kid": "*"}, "kid url": {"kid": trap},
                       "kid list": {"kid": [header["kid"]]}}.items():
        yield "foreign key, " + name, signed({**header, **more}, claims, key)
    bare = {name: value for name, value in header.items() if name != "kid"}
    yield "foreign key, no kid", signed(bare, claims, key)


def bad_headers(header, claims, signature):
    for name, more in {"unknown crit": {"crit": ["x"], "x": 1}, "empty crit": {"crit": []}, "crit b64": {"crit": ["b64"], "b64": False},
                       "b64 without crit": {"b64": False}, "jwe": {"enc": "A256GCM"}, "zip": {"zip": "DEF"},
                       "typ JWT": {"typ": "JWT"}, "typ absent": {"typ": None}, "cty JWT": {"cty": "JWT"},
                       "RS256": {"alg": "RS256"}, "EdDSA": {"alg": "EdDSA"}, "es256": {"alg": "es256"}}.items():
        yield "header: " + name, compact({**header, **more}, claims, signature)
    text = json.dumps(header)
    yield "header twice alg", compact((text[:-1] + ',"alg":"none"}').encode(), claims, signature)
    yield "header deep", compact((text[:-1] + ',"x":' + "[" * 500 + "]" * 500 + "}").encode(), claims, signature)
    yield "header not JSON", compact(b"{", claims, signature)
    yield "header list", compact([], claims, signature)


def bad_claims(header, claims, signature):
    text = json.dumps(claims)
    for value in ("1e400", "1e300", "9223372036854775807", "9223372036854775808", "-1", "0.5", '"9999999999"', "null", "[]", "true"):
        for name in ("exp", "iat", "nbf"):
            changed = json.dumps({k: v for k, v in claims.items() if k != name})
            yield f"{name} {value}", compact(header, (changed[:-1] + f',"{name}":{value}}}').encode(), signature)
    yield "exp later", compact(header, {**claims, "exp": claims["exp"] + 1000}, signature)
    yield "another audience", compact(header, {**claims, "aud": "https://elsewhere.example"}, signature)
    yield "members twice", compact(header, (text[:-1] + ',"sub":"x"}').encode(), signature)
    yield "deep", compact(header, (text[:-1] + ',"x":' + "[" * 4000 + "]" * 4000 + "}").encode(), signature)
    yield "oversized", compact(header, {**claims, "x": "x" * 20000}, signature)
    yield "not JSON", compact(header, b"\xff\x00", signature)


def bad_signatures(header, claims, signature):
    raw = base64url_decode(signature)
    order = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    for name, value in {"empty": b"", "psychic": bytes(64), "r zero": bytes(32) + raw[32:], "s zero": raw[:32] + bytes(32),
                        "r is n": order + raw[32:], "s is n": raw[:32] + order, "short": raw[:-1], "long": raw + b"\0",
                        "half": raw[:32], "DER": b"\x30\x44\x02\x20" + raw[:32] + b"\x02\x20" + raw[32:]}.items():
        yield "signature " + name, compact(header, claims, base64url(value))


def bad_forms(token):
    head, body, signature = token.split(".")
    stray = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = stray[stray.index(signature[-1]) ^ 1]
    for name, text in {"two parts": f"{head}.{body}", "four parts": token + ".x", "five parts": token + ".x.y", "padding": token + "==",
                       "stray bits": token[:-1] + last, "space": f"{head}. {body}.{signature}", "newline": token + "\n",
                       "dots": "..", "standard base64": f"{head}.{body}+.{signature}", "one part": "x", "NUL": token + "\0",
                       "JSON form": json.dumps({"payload": body, "protected": head, "signature": signature})}.items():
        yield "form: " + name, text


def forged(token, public, trap):
    """(name, token) pairs: everything that could pass for the good token, of which `public` is the key, and must not."""
    header, claims = parts_of(token)
    header["alg"] = "ES256"
    signature = token.rpartition(".")[2]
    yield from without_signature(header, claims, signature)
    yield from confused(header, claims, public)
    yield from foreign_keys(header, claims, trap)
    yield from bad_headers(header, claims, signature)
    yield from bad_claims(header, claims, signature)
    yield from bad_signatures(header, claims, signature)
    yield from bad_forms(token)
