# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What ./dev demo shows: the sandbox's portal and service, which know the gateway by its discovery alone."""

import subprocess

from flow_world import SANDBOX


def test_the_sandboxs_driver_signs_in_twice(world):
    done = subprocess.run([SANDBOX, "drive", "--portal", world.portal + "/", "--person", "auyeung"],
                          capture_output=True, text=True, timeout=60)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0 and last.startswith("demo: ok sub="), done.stdout[-2000:]
    assert "acr=urn:baygate:acr:" in last and "alg=ES256" in last


def test_the_portal_shows_the_tokens_and_what_the_service_says(world):
    world.hurry()
    browser = world.browser()
    page = browser.press(browser.open(world.portal + "/"), "sign-in")
    while not page.has("call-service"):
        for control in ("continue", "person-chan", "confirm-binding", "allow"):
            if page.has(control):
                page = browser.press(page, control)
                break
        else:
            page = browser.again(page)
    page = browser.press(page, "call-service")
    assert page.text("service-status") == "200"
    assert '"sub"' in page.text("service-answer")
