# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A person who signs in somewhere: does on each page what a person would do, until the story says stop."""

from program import wait_until

STEPS_MAX = 30


class Journey:
    """`person` holds the phone, `account` is whose Guangdong account is used. `params` go into the request."""

    def __init__(self, world, client, person="chan", account=None, browser=None, **params):
        self.world, self.party = world, world.party(client)
        self.person, self.account = person, account or person
        self.browser = browser or world.browser()
        self.phone = world.phone()
        self.attempt = self.party.attempt(**params)
        self.pages = []  # control or kind of each page that was met

    def begin(self):
        return self.browser.open(self.attempt.url)

    def go(self, page=None, until=None):
        """From a page, or the beginning, to the page that has the control `until`, or else back to the service."""
        page = page or self.begin()
        for _ in range(STEPS_MAX):
            if page.arrived or (until and self.stands_at(page, until)):
                return page
            page = self.step(page)
        raise AssertionError(f"{STEPS_MAX} steps led only to {page}")

    def finish(self, page=None):
        """To the end; the tokens' answer."""
        return self.attempt.tokens(self.go(page))

    def sign_in(self, page=None):
        """To the end; the ID token's checked claims."""
        return self.party.check_id_token(self.finish(page), self.attempt)

    def refused(self, page=None):
        """To the end; the error."""
        return self.attempt.error(self.go(page))

    @staticmethod
    def stands_at(page, until):
        return is_waiting(page) if until == "waiting" else page.has(until)

    def step(self, page):
        if page.has("phone-link"):
            return self.scan(page)
        if is_waiting(page):
            return self.send_profile(page)
        if page.has("open-app"):
            self.pages.append("app")
            return self.browser.press(self.browser.press(page, "open-app"), "approve", person=self.person)
        sources = [name for name in page.reader.buttons if name and name.startswith("source-")]
        if len(sources) > 1:
            sources = ["source-iamsmart"]
        sources += [name for name in page.reader.buttons if name and name.startswith("way-")][:1]
        for control in (*sources, "continue", "confirm-binding", "allow", "person-" + self.account):
            if page.has(control):
                self.pages.append(control)
                return self.browser.press(page, control)
        raise AssertionError(f"a person would not know what to do on {page}: {page.error_code} {page.body[-600:]}")

    def scan(self, page, decision="approve"):
        """The phone reads the QR code and decides; the page notices."""
        self.pages.append("qr")
        shown = self.phone.press(page, "phone-link")
        done = self.phone.press(shown, decision, person=self.person)
        assert done.status == 200
        return self.browser.again(page)

    def decide_profile(self, decision="approve"):
        done = self.phone.press(self.phone.open(self.world.iamsmart + "/phone"), decision)
        assert done.status == 200

    def send_profile(self, page, decision="approve"):
        """The phone answers the profile request; the page is looked at until it has noticed."""
        self.pages.append("waiting")
        if self.world.profile_is_asked:
            self.decide_profile(decision)
        return self.await_notice(page)

    def await_notice(self, page):
        found = []

        def noticed():
            found[:] = [self.browser.again(page)]
            return not is_waiting(found[0])

        wait_until(noticed, "the waiting page has noticed the phone's answer")
        return found[0]


def is_waiting(page):
    return page.has("pause-refresh") or page.has("check-now")
