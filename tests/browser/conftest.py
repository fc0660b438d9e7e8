# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""One Chromium and one world, with the names that the demonstration has, for all stories in a browser."""

import copy
import urllib.parse

import pytest
import yaml
from chromium import Chromium
from flow_world import ROOT, World
from person import Person

DEMO = yaml.safe_load((ROOT / "config" / "demo" / "baygate.yaml").read_text(encoding="utf-8"))


class Town(World):
    """The demonstration's titles, and a portal that both sources are good for."""

    def source(self, name, kind, jurisdiction, **settings):
        titles = {each["id"]: each["titles"] for each in DEMO["sources"]}
        more = {"re_authentication": True} if kind == "iamsmart" else {}
        plain = super().source(name, kind, jurisdiction, **more, **settings)
        return {**plain, "titles": titles.get(name, plain["titles"])}

    def sources(self):
        return [each for each in super().sources() if each["id"] in ("iamsmart", "guangdong")]

    def write_catalogue(self):
        return self.write("catalogue.yaml", {"items": [self.item("allowance", clients=["portal"]),
                                                       self.permit()]})

    def permit(self):
        titles = {"en": "Endorsement of a travel permit", "zh-Hant": "旅行證件簽注", "zh-Hans": "旅行证件签注"}
        return self.item("permit", clients=["registry"], titles=titles, acr_minimum="urn:baygate:acr:reinforced")

    def clients(self):
        registry = {**self.portal_settings(), "binding_source": None, "redirect_uris": [self.portal + "/"]}
        return [self.client("portal", **self.portal_settings()), self.client("registry", **registry),
                {**self.client("sandbox-portal", **self.portal_settings()), "client_secret": "sandbox-portal-secret",
                 "redirect_uris": [self.portal + "/callback"], "post_logout_redirect_uris": [self.portal + "/"]}]

    @staticmethod
    def portal_settings():
        demo = copy.deepcopy(DEMO["clients"][0])
        return {"jurisdiction": "CN", "binding_source": "guangdong", "sources": ["iamsmart", "guangdong"],
                "audience": "https://service.example", "policy_uri": "https://portal.example/privacy",
                **{name: demo[name] for name in ("titles", "purpose", "purpose_titles")}}


@pytest.fixture(scope="session")
def town():
    with Town("browser") as world:
        yield world


@pytest.fixture(scope="session")
def chromium():
    browser = Chromium()
    yield browser
    browser.quit()


@pytest.fixture
def world(town):
    """Nobody is bound, the sandbox behaves; afterwards nothing may have been told."""
    town.calm()
    yield town
    town.check_clean()


@pytest.fixture
def person(world, chromium):
    """person("lee", language="zh-Hans", …): somebody with a browser as taken out of the box. Afterwards it must not
    have complained about any page, nor have asked anybody but the programs under test."""
    yield lambda *args, **options: Person(world, chromium, *args, **options)
    assert not chromium.complaints()
    own = {urllib.parse.urlsplit(url).netloc for url in (world.issuer, world.iamsmart, world.guangdong, world.portal,
                                                         world.redirect_uri)}
    asked = {urllib.parse.urlsplit(url).netloc for url in chromium.asked() if url.startswith(("http:", "https:", "ws"))}
    assert asked <= own, f"asked elsewhere: {asked - own}"
