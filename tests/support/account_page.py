# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A person at /account: signs in where asked, and follows the page's links."""

import html
import re

from journey import Journey


class Account:
    def __init__(self, world, person="chan", browser=None, source="iamsmart"):
        self.world, self.source = world, source
        self.walker = Journey(world, "hongkong", person, browser=browser)
        self.browser = self.walker.browser

    def walk(self, page):
        """Signs in as long as the gateway asks for it; the page that then stands there."""
        for _ in range(12):
            if page.url.startswith(self.world.issuer + "/account") or page.error_code:
                return page
            if page.has("source-" + self.source):
                page = self.browser.press(page, "source-" + self.source)
            else:
                page = self.walker.step(page)
        raise AssertionError(f"not there after twelve steps, but at {page}")

    def open(self, path="/account"):
        return self.walk(self.browser.open(self.world.issuer + path))

    @staticmethod
    def links(page, act):
        """Addresses of the links of one kind: "receipt", "withdraw", "unbind", "end"."""
        return [html.unescape(link) for link in re.findall(rf'href="(/account/{act}/[^"]+)"', page.body)]

    def ask(self, act, which=0):
        """The page that asks whether to do it."""
        return self.open(self.links(self.open(), act)[which])

    def do(self, act, which=0):
        return self.browser.press(self.ask(act, which), "confirm")

    def receipts(self):
        return [self.browser.open(self.world.issuer + link) for link in self.links(self.open(), "receipt")]
