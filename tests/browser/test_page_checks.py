# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The checks themselves: each notices the fault that it is there for."""

import urllib.parse

import pytest
from chromium import AT_A_DESK, IN_THE_HAND
from page_checks import check_focus, check_page

PAGE = ("<!doctype html><html lang=en><meta name=viewport content='width=device-width, initial-scale=1'>"
        "<title>Page</title><style>:focus {{outline: 3px solid #b3420a}}</style>"
        "<h1>Page</h1><p><a id=go href=x style='{}'>Go on</a></p>")
GOOD = PAGE.format("display:inline-block;padding:5px")


def show(chromium, html):
    chromium.driver.get("data:text/html;charset=utf-8," + urllib.parse.quote(html))


def test_a_good_page(chromium):
    chromium.begin(IN_THE_HAND, "en")
    show(chromium, GOOD)
    check_page(chromium)
    check_focus(chromium)
    assert not chromium.complaints()
    assert all(url.startswith("data:") for url in chromium.asked())


@pytest.mark.parametrize("html, problem", [
    (GOOD.replace("lang=en", ""), "no language"),
    (GOOD.replace("lang=en", "lang=fr"), "no language"),
    (GOOD.replace("viewport", "nothing"), "wider than the screen"),
    (GOOD + "<h1>Again</h1>", "2 h1"),
    (GOOD.replace("<h1>Page</h1>", ""), "0 h1"),
    (GOOD + "<p id=go>", "ids used twice"),
    (GOOD + "<button id=b style='padding:20px'></button>", "a button without a name"),
    (GOOD + "<button style='padding:20px'>Go</button>", "has no id"),
    (PAGE.format("display:inline-block"), "is small"),
    (GOOD + "<div style='width:500px'>wide</div>", "wider than the screen"),
    (GOOD + "<p style='color:#888'>pale</p>", "has a contrast of"),
    (GOOD + "<p style='color:#aaa;background:#fff'>pale on white</p>", "has a contrast of"),
    (GOOD + "<style>@media (prefers-color-scheme: dark) {p {background: #444; color: #666}}</style>", "dark: "),
    (GOOD + "<svg><use href='#nothing'/></svg>", "no drawing"),
], ids=lambda value: "page" if "<" in value else value)
def test_what_is_wrong_with_a_page_is_noticed(chromium, html, problem):
    chromium.begin(IN_THE_HAND, "en")
    show(chromium, html)
    with pytest.raises(AssertionError, match=problem):
        check_page(chromium)


@pytest.mark.parametrize("html", [PAGE.format("padding:5px;outline:none"),
                                  GOOD + "<p><button id=last tabindex=-1>Cannot be reached</button>"],
                         ids=["not shown", "not reached"])
def test_a_control_that_the_keyboard_does_not_show_or_reach_is_noticed(chromium, html):
    chromium.begin(AT_A_DESK, "en")
    show(chromium, html)
    with pytest.raises(AssertionError, match="keyboard|cannot be seen"):
        check_focus(chromium)


def test_what_the_policy_forbids_is_a_complaint(chromium):
    chromium.begin(AT_A_DESK, "en")
    policy = "<meta http-equiv=Content-Security-Policy content=\"style-src 'none'\">"
    show(chromium, policy + "<p style='color:red'>red</p>")
    assert any("Content Security Policy" in each for each in chromium.complaints())


def test_a_request_to_elsewhere_is_seen(chromium):
    chromium.begin(AT_A_DESK, "en")
    show(chromium, GOOD + "<img alt='' src='http://elsewhere.example/x.png'>")
    assert "http://elsewhere.example/x.png" in chromium.asked()
    chromium.complaints()
