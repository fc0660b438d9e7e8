# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, without a screen and without scripts: what the pages are must be in their HTML. Tests choose the
device and the language; the network holds nothing but this machine."""

import base64
import collections
import json
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common import utils
from web_browser import DESKTOP, PHONE

ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
             "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync",
             "--lang=en", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")
SCRIPTS_OFF = {"profile.managed_default_content_settings.javascript": 2}
PICTURE_MAX = 200_000

Device = collections.namedtuple("Device", "agent width height scale mobile")
AT_A_DESK = Device(DESKTOP, 960, 640, 1, False)
IN_THE_HAND = Device(PHONE, 360, 740, 1, True)


class ChromeDriver(Service):
    """Reached by its address: a bare machine need not know the name localhost."""

    @property
    def service_url(self):
        return f"http://127.0.0.1:{self.port}"

    def is_connectable(self):
        return utils.is_connectable(self.port, "127.0.0.1")


class Chromium:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ARGUMENTS:
            options.add_argument(argument)
        options.add_experimental_option("prefs", SCRIPTS_OFF)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=ChromeDriver("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.devtools = self.driver.execute_cdp_cmd

    def quit(self):
        self.driver.quit()

    def begin(self, device, language):
        """As taken out of the box: no cookies, one tab, this device and this language."""
        for handle in self.driver.window_handles[1:]:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.driver.get("about:blank")
        self.devtools("Network.clearBrowserCookies", {})
        self.become(device, language)
        self.dark(False)
        self.complaints()
        self.asked()

    def become(self, device, language):
        self.devtools("Emulation.setUserAgentOverride", {"userAgent": device.agent, "acceptLanguage": language})
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": device.width, "height": device.height, "deviceScaleFactor": device.scale,
                       "mobile": device.mobile, "screenWidth": device.width, "screenHeight": device.height})

    def dark(self, on):
        self.devtools("Emulation.setEmulatedMedia",
                      {"features": [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]})

    def picture(self, path):
        """The whole page, as high as it is."""
        size = self.devtools("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.devtools("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
        content = base64.b64decode(shot["data"])
        assert len(content) < PICTURE_MAX, f"{path.name} has {len(content)} bytes"
        path.write_bytes(content)

    def complaints(self):
        """What the console has said since the last look: errors, violations of the page's policy, warnings. A page
        that is an error has a status that is one; that alone is no complaint."""
        return [entry["message"] for entry in self.driver.get_log("browser") if not is_status_of_page(entry["message"])]

    def asked(self):
        """The addresses that were asked for since the last look."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found


def is_status_of_page(message):
    path = urllib.parse.urlsplit(message.split(" ")[0]).path
    return "the server responded with a status of" in message and not path.endswith((".css", ".ico", ".png", ".svg"))
