# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A browser for flow tests, over plain HTTP: cookies for each host and port, redirects one by one, HTML forms, and
controls that are pressed by their ids. It runs no script, and the gateway's pages have none.

An address that a service has registered is not fetched: arriving there is how a flow ends. `via` sends requests for
one host to another port, as a load balancer would."""

import collections
import email.utils
import html.parser
import http.client
import time
import urllib.parse

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
PHONE = ("Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
         "Mobile Safari/537.36")
REDIRECTS_MAX = 20
TIMEOUT = 40

Answer = collections.namedtuple("Answer", "status headers body")


def exchange(method, url, headers=None, body=None, connect_to=None):
    """One request and its answer, as bytes went over the wire: nothing is followed, nothing added."""
    parts = urllib.parse.urlsplit(url)
    port = connect_to or parts.port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    sent = {"Host": parts.netloc, **(headers or {})}
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.msg, answer.read())
    finally:
        connection.close()


class Form:
    def __init__(self, action, method):
        self.action, self.method, self.fields = action, method, []


class Reader(html.parser.HTMLParser):
    """Forms, buttons, links, texts of elements with an id, and the refresh, of one page."""

    VOID = {"input", "meta", "link", "br", "img", "hr", "use", "path", "rect"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.form, self.buttons, self.links, self.texts, self.refresh = None, {}, {}, {}, None
        self.open, self.forms, self.language, self.headings = [], [], None, []

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        if tag == "html":
            self.language = attributes.get("lang")
        elif tag == "form":
            self.form = Form(attributes.get("action", ""), attributes.get("method", "get").upper())
            self.forms.append(self.form)
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            self.refresh = attributes.get("content", "")
        elif tag == "a" and "id" in attributes:
            self.links[attributes["id"]] = attributes.get("href", "")
        elif tag in ("input", "button"):
            self.control(tag, attributes)
        if tag == "h1":
            self.headings.append("")
        if tag not in self.VOID:
            self.open.append((tag, attributes.get("id")))
            if "id" in attributes:
                self.texts[attributes["id"]] = ""

    def control(self, tag, attributes):
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        pair = (attributes.get("name"), attributes.get("value", ""))
        if kind == "submit":
            self.buttons.setdefault(attributes.get("id"), []).append((self.form, pair))
        elif self.form and pair[0] and (kind not in ("radio", "checkbox") or "checked" in attributes):
            self.form.fields.append(pair)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        while any(tag == name for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        for tag, name in self.open:
            if name is not None:
                self.texts[name] += data
            if tag == "h1":
                self.headings[-1] += data


class Page:
    """Where the browser stands: a page, or a registered address of a service that it was sent to (`arrived`)."""

    def __init__(self, url, answer=None):
        self.url, self.arrived = url, answer is None
        self.params = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True))
        self.status = answer.status if answer else None
        self.headers = answer.headers if answer else {}
        self.body = answer.body.decode("utf-8", "replace") if answer else ""
        self.reader = Reader()
        if answer and "html" in answer.headers.get("Content-Type", ""):
            self.reader.feed(self.body)

    def has(self, control):
        return control in self.reader.buttons or control in self.reader.links

    def text(self, name):
        return self.reader.texts[name].strip()

    @property
    def heading(self):
        return " ".join(self.reader.headings).strip()

    @property
    def error_code(self):
        return self.text("error-code").removeprefix("Error code: ") if "error-code" in self.reader.texts else None

    @property
    def refresh_url(self):
        """Where the page's refresh leads; None when it has none."""
        if self.reader.refresh is None:
            return None
        _, _, target = self.reader.refresh.partition("url=")
        return urllib.parse.urljoin(self.url, target) if target else self.url

    def __repr__(self):
        shown = urllib.parse.urlsplit(self.url)
        return f"<{'arrived at ' if self.arrived else ''}{shown.netloc}{shown.path} {self.status} {self.heading!r}>"


class Browser:
    def __init__(self, endings, agent=DESKTOP, language="en", keep=lambda text: None):
        """`endings`: beginnings of addresses that are not fetched; `keep` is told every secret that comes by."""
        self.endings, self.agent, self.language, self.keep = tuple(endings), agent, language, keep
        self.cookies = collections.defaultdict(dict)
        self.via = {}
        self.visited = []

    # -- one step

    def send(self, method, url, body=None, headers=None):
        site = urllib.parse.urlsplit(url).netloc
        sent = {"User-Agent": self.agent, "Accept": "text/html,application/xhtml+xml", "Accept-Language": self.language,
                **(headers or {})}
        if self.cookies[site]:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies[site].items())
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
            sent["Origin"] = "http://" + site
        answer = exchange(method, url, sent, body, self.via.get(site))
        self.take_cookies(site, answer.headers.get_all("Set-Cookie") or [])
        return answer

    def take_cookies(self, site, lines):
        for line in lines:
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, _, value = pair.partition("=")
            if any(self.is_over(attribute.lower()) for attribute in attributes):
                self.cookies[site].pop(name, None)
            else:
                self.cookies[site][name] = value
                self.keep(value)

    @staticmethod
    def is_over(attribute):
        """Whether an attribute of a cookie says that it is to be forgotten."""
        name, _, value = attribute.partition("=")
        return name == "max-age" and value == "0" or (
            name == "expires" and email.utils.parsedate_to_datetime(value).timestamp() < time.time())

    def note(self, url):
        """Codes and states in addresses are secrets."""
        self.visited.append(url)
        for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query):
            if name in ("code", "csrf"):
                self.keep(value)

    # -- what a person does

    def open(self, url, method="GET", body=None, follow=True):
        for _ in range(REDIRECTS_MAX):
            self.note(url)
            if url.startswith(self.endings):
                return Page(url)
            answer = self.send(method, url, body)
            if answer.status not in (301, 302, 303, 307, 308) or not follow:
                return Page(url, answer)
            url, method, body = urllib.parse.urljoin(url, answer.headers["Location"]), "GET", None
        raise AssertionError("redirected in a circle: " + urllib.parse.urlsplit(url).path)

    def press(self, page, control, which=-1, follow=True, **fields):
        """Presses the button, or follows the link, with this id; of several the last. `fields` are filled in."""
        if control in page.reader.links:
            return self.open(urllib.parse.urljoin(page.url, page.reader.links[control]), follow=follow)
        assert control in page.reader.buttons, f"no {control} on {page}: {sorted(filter(None, page.reader.buttons))}"
        form, button = page.reader.buttons[control][which]
        pairs = [pair for pair in form.fields if pair[0] not in fields] + list(fields.items())
        if button[0]:
            pairs.append(button)
        target, data = urllib.parse.urljoin(page.url, form.action), urllib.parse.urlencode(pairs)
        if form.method == "GET":
            return self.open(target + "?" + data, follow=follow)
        return self.open(target, "POST", data, follow=follow)

    def again(self, page):
        """What the page's own refresh would load."""
        return self.open(page.refresh_url or page.url)
