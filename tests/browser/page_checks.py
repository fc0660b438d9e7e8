# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What must hold on every page: computed in the browser, on the page as it is shown, by WCAG 2.2, level AA."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

LANGUAGES = ("zh-Hant", "zh-Hans", "en")
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
CONTROLS_MAX = 20
ROLES = ("button", "link", "radio", "checkbox", "textbox", "combobox", "DisclosureTriangle", "image", "heading")

# Size: the label counts with its radio button; a link within a sentence may be as high as the sentence's lines.
SCRIPT = """
const controls = [...document.querySelectorAll(arguments[0])], ours = arguments[1], problems = [];
const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '');
const shown = e => e.checkVisibility() && e.getClientRects().length > 0;

const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
if (twice.length) problems.push('ids used twice: ' + twice);
for (const use of document.querySelectorAll('use'))
        if (!document.querySelector(use.getAttribute('href'))) problems.push('no drawing ' + use.getAttribute('href'));
const headings = document.querySelectorAll('h1');
if (headings.length !== 1) problems.push(headings.length + ' h1');
else if (!headings[0].textContent.trim()) problems.push('an empty h1');
if (!document.title.trim()) problems.push('no title');
const language = document.documentElement.lang;
if (!language || (ours && !arguments[2].includes(language))) problems.push('no language: ' + language);

// Not innerWidth: on a phone it grows with what does not fit.
const width = Math.min(document.documentElement.clientWidth, screen.width);
if (document.documentElement.scrollWidth > width)
        problems.push('wider than the screen: ' + document.documentElement.scrollWidth + ' > ' + width);
for (const e of document.querySelectorAll('body *'))
        if (shown(e) && e.getBoundingClientRect().right > width + 1)
                problems.push(name(e) + ' reaches out of the screen');

for (const e of controls) {
        if (ours && !e.id) problems.push(name(e) + ' has no id: ' + e.textContent.trim());
        if (!shown(e)) continue;
        const box = (e.closest('label') || e).getBoundingClientRect();
        const inSentence = getComputedStyle(e).display === 'inline' &&
                e.parentElement.textContent.trim() !== e.textContent.trim();
        if (!inSentence && (box.width < 24 || box.height < 24))
                problems.push(name(e) + ' is small: ' + box.width + ' x ' + box.height);
}

const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const colour = text => { const p = text.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
const over = (top, under) => [0, 1, 2].map(n => top[n] * top[3] + under[n] * (1 - top[3]));
const ground = e => {
        const own = colour(getComputedStyle(e).backgroundColor);
        if (own[3] === 1) return own;
        const scheme = getComputedStyle(document.documentElement).colorScheme;
        const night = scheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
        const paper = night ? [18, 18, 18] : [255, 255, 255];
        return over(own, e.parentElement ? ground(e.parentElement) : paper);
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = new Set();
while (texts.nextNode()) {
        const e = texts.currentNode.parentElement;
        if (seen.has(e) || !texts.currentNode.data.trim() || !shown(e)) continue;
        seen.add(e);
        const style = getComputedStyle(e), size = parseFloat(style.fontSize), behind = ground(e);
        const a = light(over(colour(style.color), behind)), b = light(behind);
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (contrast < (large ? 3 : 4.5))
                problems.push(name(e) + ' has a contrast of ' + contrast.toFixed(2) + ': ' + e.textContent.trim());
}
return problems;
"""

# The focus is shown by an outline of two pixels or more.
FOCUS = """
const e = document.activeElement;
if (!e || e === document.body) return null;
const style = getComputedStyle(e), box = e.getBoundingClientRect();
return {id: e.id, tag: e.tagName.toLowerCase(), outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
        onScreen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth};
"""


def check_page(chromium, ours=True):
    """All that must hold, in light and in dark where the page has both. `ours`: the gateway's own page."""
    driver = chromium.driver
    problems = driver.execute_script(SCRIPT, CONTROLS, ours, LANGUAGES)
    if ours:
        chromium.dark(True)
        dark = driver.execute_script(SCRIPT, CONTROLS, ours, LANGUAGES)
        problems += ["dark: " + each for each in dark if "contrast" in each]
        chromium.dark(False)
    problems += [f"a {role} without a name" for role, name in told(chromium) if role in ROLES and not name.strip()]
    assert not problems, f"{driver.title}: {problems}"


def told(chromium):
    """Role and name of everything on the page, as the browser tells them to a screen reader."""
    tree = chromium.devtools("Accessibility.getFullAXTree", {})
    heard = [node for node in tree["nodes"] if not node["ignored"]]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in heard]


def check_focus(chromium):
    """From the top through all controls with the tabulator key alone: each is reached, once, visibly."""
    driver = chromium.driver
    wanted = [control.get_attribute("id") for control in driver.find_elements(By.CSS_SELECTOR, CONTROLS)]
    met = []
    for _ in range(CONTROLS_MAX):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        focus = driver.execute_script(FOCUS)
        if focus is None or focus["id"] in met:
            break
        met.append(focus["id"])
        assert focus["outline"] != "none" and focus["width"] >= 2, f"the focus cannot be seen: {focus}"
        assert focus["onScreen"], f"the focus is out of sight: {focus}"
    assert met == wanted, f"by keyboard {met}, in order of the page {wanted}"
