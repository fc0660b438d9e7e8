# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A person at a browser: reads, presses, goes back, opens tabs. The phone in the other hand is a simple browser."""

import os
import urllib.parse

from chromium import AT_A_DESK, IN_THE_HAND
from flow_world import ROOT
from page_checks import check_focus, check_page
from program import wait_until
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By

STEPS_MAX = 40
PICTURES = ROOT / "docs" / "screenshots" if os.environ.get("BAYGATE_SCREENSHOTS") == "1" else None
CONTROLS = ("open-app", "source-iamsmart", "continue", "confirm-binding", "allow")


class Person:
    """`name` is whose phone it is, `account` whose Guangdong account is used."""

    def __init__(self, world, chromium, name="chan", account=None, device=AT_A_DESK, language="en"):
        self.world, self.chromium, self.driver = world, chromium, chromium.driver
        self.name, self.account = name, account or name
        self.device, self.language = device, language
        self.pressed = []
        self.phone = world.phone()
        chromium.begin(device, language)

    # -- what is on the screen

    def has(self, control):
        return bool(self.driver.find_elements(By.ID, control))

    def text(self, control):
        return self.driver.find_element(By.ID, control).text

    def link(self, control):
        return self.driver.find_element(By.ID, control).get_attribute("href")

    @property
    def shown_language(self):
        return self.driver.find_element(By.TAG_NAME, "html").get_attribute("lang")

    @property
    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    @property
    def at(self):
        """Whose page it is: an origin."""
        parts = urllib.parse.urlsplit(self.driver.current_url)
        return f"{parts.scheme}://{parts.netloc}"

    def is_waiting(self):
        return self.has("pause-refresh")

    # -- what a person does

    def open(self, url):
        self.driver.get(url)

    def press(self, control):
        """Presses it and waits for the page that follows. A page that refreshes itself may do so under the finger: then
        once more."""
        self.pressed.append(control)
        try:
            self.press_once(control)
        except StaleElementReferenceException:
            self.press_once(control)

    def press_once(self, control):
        page, button = self.driver.find_element(By.TAG_NAME, "html"), self.driver.find_element(By.ID, control)
        here = not button.get_attribute("target")
        button.click()
        if here:
            wait_until(lambda: is_gone(page) and self.is_loaded(), f"a page follows {control}")

    def is_loaded(self):
        return self.driver.execute_script("return document.readyState") == "complete"

    def back(self):
        self.driver.back()

    def look_again(self):
        """What the page does by itself every two seconds, now."""
        refresh = self.driver.find_element(By.CSS_SELECTOR, "meta[http-equiv=refresh]").get_attribute("content")
        self.open(urllib.parse.urljoin(self.driver.current_url, refresh.partition("url=")[2]))

    def tab(self, number):
        """Turns to a tab, opened when there are not so many."""
        while len(self.driver.window_handles) <= number:
            self.driver.switch_to.new_window("tab")
            self.chromium.become(self.device, self.language)
        self.driver.switch_to.window(self.driver.window_handles[number])

    def sign_in(self, control="sign-in"):
        self.open(self.world.portal + "/")
        self.press(control)

    def scan(self, decision="approve"):
        """The phone reads the QR code and decides."""
        self.pressed.append("qr")
        shown = self.phone.open(self.link("phone-link"))
        assert self.phone.press(shown, decision, person=self.name).status == 200
        self.look_again()

    def decide_profile(self, decision="approve"):
        self.pressed.append("waiting")
        assert self.phone.press(self.phone.open(self.world.iamsmart + "/phone"), decision).status == 200

    def send_profile(self, decision="approve"):
        """The phone decides about the profile; the page is looked at until it has noticed."""
        if self.world.profile_is_asked:
            self.decide_profile(decision)

        self.wait_no_more()

    def wait_no_more(self):
        def noticed():
            if self.is_waiting():
                self.look_again()
            return not self.is_waiting()

        wait_until(noticed, "the page has noticed what the phone decided")

    def open_app(self):
        """The device hands the link to the app, which the sandbox has a page for."""
        app = urllib.parse.urlsplit(self.link("open-app"))
        assert (app.scheme, app.netloc) == ("hk.gov.iamsmart", "profile")
        self.tab(1)
        self.open(f"{self.world.iamsmart}/phone/profile?{app.query}")

    def step(self):
        if self.has("phone-link"):
            return self.scan()
        if self.is_waiting():
            return self.send_profile()
        if self.has("open-app"):
            self.press("open-app")
            self.choose(self.name)
            return self.press("approve")
        for control in (*CONTROLS, "person-" + self.account):
            if self.has(control):
                return self.press(control)
        shown = self.driver.find_element(By.TAG_NAME, "body").text
        raise AssertionError(f"a person would not know what to do at {self.driver.title}: {shown}")

    def choose(self, name):
        """The sandbox's phone asks whose it is, on the page about the login."""
        if self.has("person-" + name):
            self.driver.find_element(By.ID, "person-" + name).click()

    def go(self, until="signed-in"):
        """On, until there is a control of this id, or "waiting"."""
        for _ in range(STEPS_MAX):
            if self.is_waiting() if until == "waiting" else self.has(until):
                return
            self.step()
        raise AssertionError(f"no {until} after {self.pressed}")

    # -- what is made sure of

    def check(self, picture=None, focus=False):
        """The page holds to the rules; a picture of it is kept when pictures are wanted."""
        check_page(self.chromium, ours=self.at == self.world.issuer)
        if focus:
            check_focus(self.chromium)
        if picture:
            self.picture(picture)

    def check_languages(self):
        """The page holds to the rules in each language, chosen by the switch on it."""
        was = self.shown_language
        for language in ("zh-Hant", "zh-Hans", "en", was):
            self.press("lang-" + language)
            assert self.shown_language == language
            check_page(self.chromium)

    def picture(self, name, dark=False):
        if PICTURES:
            self.chromium.dark(dark)
            self.chromium.picture(PICTURES / f"{name}.png")
            self.chromium.dark(False)

    def call_service(self):
        """Signed in, and the service takes the token."""
        self.press("call-service")
        assert self.text("service-status") == "200", self.text("service-answer")

    def subject(self):
        rows = self.driver.find_elements(By.CSS_SELECTOR, "#claims tr")
        return next(row.find_element(By.TAG_NAME, "td").text for row in rows if row.text.startswith("sub"))


def is_gone(element):
    try:
        element.is_enabled()
    except WebDriverException:  # stale, or of no document at all, as the moment has it
        return True
    return False


__all__ = ["AT_A_DESK", "IN_THE_HAND", "Person"]
