#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The running sandbox, spoken to by an implementation of the protocols that shares no code with it.

Usage: serve.py BAYGATE-SANDBOX. Starts it on free ports with a key pair of its own; time passes through the test clock
where the build has it. RSA is done here with integers, AES-GCM by the program's own `frame` (whose vectors have a unit
test)."""
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from urllib.parse import parse_qs, quote, urlencode, urlsplit

PROGRAM = sys.argv[1]
CLIENT, SECRET = "00112233445566778899aabbccddeeff", "not-a-real-secret-0123456789abcdef"
count = failed = 0


def check(what, got, want=True):
    global count, failed
    count += 1
    good = got == want
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good:
        print(f"# got {got!r}, wanted {want!r}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_POST(self):
        Receiver.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
BACK = f"http://127.0.0.1:{receiver.server_port}"
HK, GD = free_port(), free_port()
folder = tempfile.mkdtemp(prefix="sandbox-test-")
SETTINGS = f"""
iamsmart:
  port: {HK}
  public_url: http://127.0.0.1:{HK}
  services:
    - client_id: {CLIENT}
      client_secret: {SECRET}
      kek_public_key: iamsmart-kek.pub.pem
      redirect_uris: [{BACK}/callback, {BACK}/profile]
      scopes: eidapi_auth eidapi_profiles eidapi_fr
guangdong:
  port: {GD}
  clients:
    - {{client_id: tester, client_secret: gd-secret, redirect_uris: [{BACK}/gd/]}}
"""


def request(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def form(port, path, **fields):
    return request(port, "POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})


def behave(what, value=""):
    return form(HK, "/sandbox/behave", what=what, value=value)[0]


def integers_of(der):
    """The INTEGERs of a PKCS#1 private key."""
    numbers, i = [], 4
    while i < len(der):
        length, i = der[i + 1], i + 2
        if length & 0x80:
            size = length & 0x7F
            length, i = int.from_bytes(der[i:i + size], "big"), i + size
        numbers.append(int.from_bytes(der[i:i + length], "big"))
        i += length
    return numbers


def unwrap(text):
    """RSAES-PKCS1-v1_5, with the private half that only this side has."""
    with open(os.path.join(folder, "iamsmart-kek.pem")) as f:
        pem = "".join(line.strip() for line in f if "-----" not in line)
    _, n, _, d = integers_of(base64.b64decode(pem))[:4]
    block = pow(int.from_bytes(base64.b64decode(text), "big"), d, n).to_bytes(256, "big")
    assert block[:2] == b"\0\2"
    return block[block.index(b"\0", 2) + 1:]


def frame(verb, key, text):
    done = subprocess.run([PROGRAM, "frame", verb, key.hex()], input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode().strip()


def call(path, body="", timestamp=None, nonce=None, secret=SECRET, method="HmacSHA256", without=None):
    timestamp, nonce = str(timestamp or int((time.time() + shift) * 1000)), nonce or str(uuid.uuid4())
    mac = hmac.new(secret.encode(), (CLIENT + method + timestamp + nonce + body).encode(), hashlib.sha256).digest()
    headers = {"clientID": CLIENT, "signatureMethod": method, "timestamp": timestamp, "nonce": nonce,
               "signature": quote(base64.b64encode(mac).decode(), safe=""), "Content-Type": "application/json"}
    headers.pop(without, None)
    status, _, text = request(HK, "POST", "/api/v1" + path, body, headers)
    return json.loads(text) if status == 200 and text.startswith("{") else {"code": str(status)}


def sealed(key, path, content):
    return call(path, json.dumps({"content": frame("seal", key, json.dumps(content))}))


def get_qr(**changes):
    query = {"clientID": CLIENT, "responseType": "code", "source": "PC_Browser", "redirectURI": BACK + "/callback",
             "scope": "eidapi_auth eidapi_profiles", "state": "abc_1-2"}
    query.update(changes)
    return request(HK, "GET", "/api/v1/auth/getQR?" + urlencode({k: v for k, v in query.items() if v is not None}))


def login(decision="approve", scope=None, **fields):
    _, _, page = get_qr(**({"scope": scope} if scope else {}))
    phone = urlsplit(re.search(r'id="phone-link"[^>]*href="([^"]*)"', page).group(1))
    again = re.search(r'url=([^"]*)"', page).group(1)
    check("the page waits", request(HK, "GET", again)[0], 200)
    if decision:
        form(HK, phone.path, ticket=parse_qs(phone.query)["ticket"][0], person="chan", decision=decision, **fields)
    return again


def returned(again):
    return request(HK, "GET", again)[1]["Location"]


def code_of(location):
    return parse_qs(urlsplit(location).query)["code"][0]


def key_get():
    return unwrap(call("/security/getKey")["content"]["secretKey"])


def token_of(key, code):
    return sealed(key, "/auth/getToken", {"code": code, "grantType": "authorization_code"})


def callbacks(number):
    end = time.time() + 10
    while len(Receiver.seen) < number and time.time() < end:
        time.sleep(0.01)
    return len(Receiver.seen)


shift = 0
clock_file = os.path.join(folder, "clock")


def time_passes(seconds):
    global shift
    shift += seconds
    with open(clock_file + ".new", "w") as f:
        f.write(str(shift))
    os.replace(clock_file + ".new", clock_file)


def requests_are_checked():
    key = key_get()
    check("the content key has 32 bytes", len(key), 32)
    check("the same key again", key_get(), key)
    check("a header is missing", call("/security/getKey", without="nonce")["code"], "D20001")
    check("another method", call("/security/getKey", method="HmacSHA1")["code"], "D20005")
    check("another secret", call("/security/getKey", secret="wrong")["code"], "D20006")
    nonce, now = str(uuid.uuid4()), int(time.time() * 1000) + 1
    check("a fresh request", call("/security/getKey", nonce=nonce, timestamp=now)["code"], "D00000")
    check("the same request again", call("/security/getKey", nonce=nonce, timestamp=now)["code"], "D20004")
    check("an earlier timestamp", call("/security/getKey", timestamp=now - 1)["code"], "D20003")
    check("a clock far off", call("/security/getKey", timestamp=now + 3600000)["code"], "D20003")
    check("a body of {}", call("/security/getKey", "{}")["code"], "D00000")
    check("another key", sealed(secrets.token_bytes(32), "/auth/getToken", {})["code"], "D30004")
    check("not sealed", call("/auth/getToken", "{}")["code"], "D20001")
    return key


def browser_is_checked():
    check("unregistered redirectURI: a page", get_qr(redirectURI="http://evil.example/")[0], 400)
    check("and its code", "D20008" in get_qr(redirectURI="http://evil.example/")[2])
    check("unknown client: a page", get_qr(clientID="x")[0], 400)
    check("a state with a blank: a page", get_qr(state="a b")[0], 400)
    check("a state of 37 characters: a page", get_qr(state="a" * 37)[0], 400)
    for change, code in (({"source": "Chrome"}, "D20007"), ({"scope": "eidapi_auth eidapi_sign"}, "D20012"),
                         ({"responseType": None}, "D20001"), ({"responseType": "token"}, "D20003")):
        check(f"{change}", get_qr(**change)[1]["Location"], f"{BACK}/callback?error_code={code}&state=abc_1-2")


def logins(key):
    check("refused", returned(login("refuse")), f"{BACK}/callback?error_code=D40001&state=abc_1-2")
    check("cancelled, bare", returned(login("cancel", deny_form="bare")), f"{BACK}/callback?state=abc_1-2")
    code = code_of(returned(login()))
    answer = json.loads(frame("open", key, token_of(key, code)["content"]))
    check("iAM Smart+", answer["userType"], "sign")
    check("the code again", token_of(key, code)["code"], "D40004")
    check("an unknown code", token_of(key, "0" * 32)["code"], "D40004")
    check("an unknown ticket", form(HK, "/phone/login", ticket="0" * 32, person="chan", decision="approve")[0], 404)
    return answer


def profiles(key, token):
    path = "/account/auth/profile/initiateRequest"
    fields = ["idNo", "enName", "chName", "birthDate", "gender"]

    def ask(**changes):
        wish = {"businessID": uuid.uuid4().hex, "accessToken": token["accessToken"], "openID": token["openID"],
                "source": "PC_Browser", "redirectURI": quote(BACK + "/profile", safe=""), "state": "s1",
                "profileFields": fields}
        wish.update(changes)
        return sealed(key, path, wish)

    reply = json.loads(frame("open", key, ask(businessID="b1")["content"]))
    check("pushed to the phone", reply["authByQR"])
    for change, code in (({"businessID": "b1"}, "D20011"), ({"openID": "x"}, "D20010"), ({"accessToken": "x"}, "D20009"),
                         ({"redirectURI": "http://evil.example/"}, "D20008"), ({"source": "Chrome"}, "D20007"),
                         ({"profileFields": []}, "D20002"), ({"profileFields": ["x"]}, "D20003"), ({"state": ""}, "D20002")):
        check(f"{change}", ask(**change)["code"], code)
    check("no callback before the decision", len(Receiver.seen), 0)
    form(HK, "/phone/request", ticket=reply["ticketID"], decision="approve")
    check("one callback", callbacks(1), 1)
    check("its key", unwrap(Receiver.seen[0]["secretKey"]), key)
    check("its content", json.loads(frame("open", key, Receiver.seen[0]["content"])),
          {"businessID": "b1", "state": "s1", "idNo": {"Identification": "A123456", "CheckDigit": "3"},
           "enName": {"UnstructuredName": "CHAN, Tai Man"}, "chName": {"ChineseName": "陳大文"},
           "birthDate": "19900115", "gender": "M"})
    behave("cek_base64", "on")
    behave("callback_copies", "2")
    behave("profile", "refuse")
    ask(businessID="b2")
    check("refused, delivered twice", callbacks(3), 3)
    check("its code", Receiver.seen[2]["code"], "D50001")
    check("its key in base64", base64.b64decode(unwrap(Receiver.seen[2]["secretKey"])), key)


def step_ups(key):
    path = "/account/stepup/initiateRequest"
    scope = "eidapi_auth eidapi_profiles eidapi_fr"
    behave("reset")
    plain, strong = (json.loads(frame("open", key, token_of(key, code_of(returned(login(scope=each))))["content"]))
                     for each in (None, scope))

    def ask(token=strong, **changes):
        wish = {"businessID": uuid.uuid4().hex, "accessToken": token["accessToken"], "openID": token["openID"],
                "source": "PC_Browser", "redirectURI": BACK + "/profile", "state": "s2", **changes}
        return sealed(key, path, wish)

    check("a login without the scope", ask(plain)["code"], "D20012")
    check("a re-authentication needs no fields, but a state", ask(state="")["code"], "D20002")
    before = len(Receiver.seen)
    reply = json.loads(frame("open", key, ask(businessID="r1")["content"]))
    check("asked on the phone", "re-auth" in request(HK, "GET", "/phone/re-auth?ticketID=" + reply["ticketID"])[2])
    form(HK, "/phone/request", ticket=reply["ticketID"], decision="approve")
    check("one more callback", callbacks(before + 1), before + 1)
    check("the bare outcome", (Receiver.seen[before]["code"], json.loads(frame("open", key, Receiver.seen[before]["content"]))),
          ("D00000", {"businessID": "r1", "state": "s2"}))
    for number, (decision, code) in enumerate((("refuse", "D80001"), ("fail", "D80002"), ("timeout", "D80003")), before + 2):
        behave("step_up", decision)
        ask()
        check(decision, (callbacks(number), Receiver.seen[number - 1]["code"]), (number, code))


def knobs(key):
    behave("reset")
    behave("expire_cek")
    check("the key is forgotten", token_of(key, "x")["code"], "D30002")
    check("a new key", key_get() != key)
    behave("next_code", "D30001")
    check("the next code", call("/security/getKey")["code"], "D30001")
    check("and only the next", call("/security/getKey")["code"], "D00000")
    behave("down", "1")
    check("down", call("/security/getKey")["code"], "500")
    check("an unknown knob", behave("nonsense"), 400)
    check("from a foreign page", request(HK, "POST", "/sandbox/behave", "what=reset", {"Origin": "http://evil.example"})[0], 403)


def lateness():
    key = key_get()
    late_code, undecided = code_of(returned(login())), login(None)
    time_passes(31)
    check("a code after 30 seconds", token_of(key, late_code)["code"], "D40004")
    time_passes(300)
    check("a login nobody decided", returned(undecided), f"{BACK}/callback?error_code=D40003&state=abc_1-2")
    time_passes(86400)
    check("a content key after a day", token_of(key, "x")["code"], "D30002")


def guangdong():
    base, back = "/pscp/sso/connect/page/oauth2/", BACK + "/gd/flow-1"

    def get(path, **query):
        return request(GD, "GET", path + "?" + urlencode(query))

    def page(**changes):
        query = {"client_id": "tester", "service": "initService", "scope": "all", "response_type": "code",
                 "redirect_uri": back}
        query.update(changes)
        return get(base + "authorize", **query)

    def token(code, **changes):
        query = {"client_id": "tester", "client_secret": "gd-secret", "code": code, "scope": "all",
                 "grant_type": "authorization_code", "redirect_uri": back}
        query.update(changes)
        return json.loads(get("/tif/sso/connect/page/oauth2/access_token", **query)[2])

    def enter(**fields):
        ticket = re.search(r'name="ticket" value="([^"]*)"', page()[2]).group(1)
        return form(GD, "/sandbox/login", ticket=ticket, **fields)[1]["Location"]

    for change in ({"redirect_uri": "http://evil.example/"}, {"redirect_uri": BACK + "/gd/a/b"}, {"client_id": "x"},
                   {"service": "x"}, {"scope": "x"}, {"response_type": "token"}):
        check(f"{change}", page(**change)[0], 400)
    check("refused", enter(refuse="1"), back + "?error=access_denied")
    location = enter(person="chan")
    code = code_of(location)
    check("no state comes back", location, f"{back}?code={code}")
    check("another secret", token(code, client_secret="x")["errcode"], "invalid_client")
    check("another address", token(code, redirect_uri=back + "x")["errcode"], "invalid_grant")
    access_token = token(code)["access_token"]
    check("the code again", token(code)["errcode"], "invalid_grant")
    user = json.loads(get(base + "tokeninfo", access_token=access_token)[2])["userobj"]
    check("the person", (user["cn"], user["idcardnumber"], user["creditable_level_of_account"], user["isreal"]),
          ("陈大文", "H1234567800", "L2", "true"))
    check("an unknown token", json.loads(get(base + "tokeninfo", access_token="x")[2])["errcode"], "invalid_token")
    check("logout to a foreign address stays", get("/_tif_sso_logout_/", redirect_uri="http://evil.example/")[0], 200)


def main():
    subprocess.run([PROGRAM, "keys", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "sandbox.yaml"), "w") as f:
        f.write(SETTINGS)
    time_passes(0)
    with open(os.path.join(folder, "log"), "w") as log:
        sandbox = subprocess.Popen([PROGRAM, "serve", "--settings", os.path.join(folder, "sandbox.yaml")], stderr=log,
                                   env=dict(os.environ, BAYGATE_TEST_CLOCK=clock_file))
    try:
        end = time.time() + 20
        while time.time() < end and sandbox.poll() is None:
            try:
                request(GD, "GET", "/")
                break
            except OSError:
                time.sleep(0.02)
        key = requests_are_checked()
        browser_is_checked()
        token = logins(key)
        profiles(key, token)
        step_ups(key)
        knobs(key)
        guangdong()
        if os.environ.get("BAYGATE_HAS_TEST_CLOCK") == "1":
            lateness()
    finally:
        sandbox.terminate()
    check("it stops when told, without an error", sandbox.wait(20), 0)
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
