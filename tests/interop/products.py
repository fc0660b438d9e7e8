# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Other people's programs, run with the very files that docs/services shows; only the places in them are the test's.

Each is started by the user who runs the tests, in a folder of its own, on a free port, and needs nothing of /etc."""

import functools
import os
import pathlib
import shutil
import subprocess
import sys
import warnings

import pytest
from flow_world import BUILD, LOGS, ROOT
from guard_world import GUARD
from program import Program, free_ports, wait_until
from web_browser import exchange

SERVICES = ROOT / "docs" / "services"
NODE = ROOT / "tests" / "interop" / "node"
APACHE, MODULES, HAPROXY = "/usr/sbin/apache2", "/usr/lib/apache2/modules", "/usr/sbin/haproxy"
NGINX = "/usr/sbin/nginx"
DEBIAN_JOSE = pathlib.Path("/usr/share/nodejs/jose")


def needed(*names):
    """Programs, or files: without one the test fails, since what was not tried is not known to work."""
    for name in names:
        if not shutil.which(name) and not os.path.exists(name):
            pytest.fail(f"{name} is not installed: ./dev setup installs it; BAYGATE_INTEROP=off leaves these tests out",
                        pytrace=False)


def fill(name, folder, places, into=None):
    """A file of docs/services in `folder`, each example in it replaced by the test's own place."""
    text = (SERVICES / name).read_text(encoding="utf-8")
    for example, own in places.items():
        assert example in text, f"{name} has no {example} any more"
        text = text.replace(example, str(own))
    for example in ("id.example", "127.0.0.1:9000", "127.0.0.1:8085", "/etc/", "portal.example"):
        assert example not in text, f"{example} is still in {name}"
    path = folder / (into or name)
    path.write_text(text, encoding="utf-8")
    return path


class Product:
    """A program with its recipe: `issuer` is the address of the one whom it trusts, `application` the port of what
    stands behind it."""

    name = None
    path = "/api/me"
    changes = {}  # to the recipe, beside the places

    def __init__(self, folder, logs, issuer, application, port=None):
        self.folder, self.issuer, self.application = folder, issuer, application
        folder.mkdir(mode=0o755)
        self.port = port or free_ports(1)[0]
        self.address = f"http://localhost:{self.port}"
        self.program = Program(f"{self.name}-{folder.name}", self.prepare(), logs)

    def start(self):
        self.program.start()
        try:
            wait_until(lambda: self.program.check() and self.listens(), f"{self.name} answers")
        except BaseException:
            self.stop()
            raise
        return self

    def listens(self):
        try:
            return exchange("GET", self.address + self.path)
        except OSError:
            return False

    def stop(self):
        self.program.stop()

    def call(self, token=None, path=None, **headers):
        if token is not None:
            headers["Authorization"] = "Bearer " + token
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return exchange("GET", self.address + (path or self.path), headers)


FRAME = """
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ServerName localhost
{modules}
User www-data
Group www-data
Listen 127.0.0.1:{port}
ErrorLog /dev/stderr
LogLevel warn
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
MinSpareThreads 1
MaxSpareThreads 16
Include {site}
"""


class Apache(Product):
    modules = ()

    def prepare(self):
        modules = ("mpm_event", "authn_core", "authz_core", "authz_user", "headers", "proxy", "proxy_http", *self.modules)
        files = {name: f"{MODULES}/mod_{name}.so" for name in modules}
        needed(APACHE, *files.values())
        frame = FRAME.format(folder=self.folder, port=self.port, site=self.site(),
                              modules="\n".join(f"LoadModule {name}_module {files[name]}" for name in modules))
        (self.folder / "apache2.conf").write_text(frame)
        return [APACHE, "-f", self.folder / "apache2.conf", "-D", "FOREGROUND"]


class ModOauth2(Apache):
    name = "apache-mod_oauth2"
    modules = ("oauth2",)

    def site(self):
        return fill("apache-mod_oauth2.conf", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:9000": f"127.0.0.1:{self.application}"})


class ModOauth2Introspection(Apache):
    """The resource server `records` of the street, which asks the gateway about each token."""

    name = "apache-mod_oauth2-introspection"
    modules = ("oauth2",)

    def __init__(self, folder, logs, street, application):
        self.street = street
        super().__init__(folder, logs, street.issuer, application)

    def site(self):
        secret = fill("apache-mod_oauth2-introspection-secret.conf", self.folder, {
            "the-secret-of-the-service": self.street.party("records").secret})
        return fill("apache-mod_oauth2-introspection.conf", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:9000": f"127.0.0.1:{self.application}",
            "/etc/apache2/baygate-introspection.conf": secret})


class ModAuthOpenidc(Apache):
    """The portal, as one of the street's clients that are called after how they prove who they are."""

    name = "apache-mod_auth_openidc"
    modules = ("auth_openidc",)
    path = "/goodbye"

    def __init__(self, folder, logs, street, application, client_id):
        self.street, self.client_id = street, client_id
        super().__init__(folder, logs, street.issuer, application, street.portal_ports[client_id])

    def site(self):
        proof = self.key() if self.client_id == "portal-by-key" else self.secret()
        return fill("apache-mod_auth_openidc.conf", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:9000": f"127.0.0.1:{self.application}",
            "OIDCClientID portal": "OIDCClientID " + self.client_id, "/etc/apache2/baygate-portal.conf": proof,
            "https://portal.example": self.address})

    def secret(self):
        return fill("apache-mod_auth_openidc-secret.conf", self.folder, {
            "the-secret-of-the-portal": self.street.party(self.client_id).secret})

    def key(self):
        private, public = self.folder / "key.pem", self.folder / "key.pub.pem"
        private.write_bytes(self.street.portal_key.export_to_pem(private_key=True, password=None))
        public.write_bytes(self.street.portal_key.export_to_pem())
        return fill("apache-mod_auth_openidc-key.conf", self.folder, {
            "/etc/apache2/baygate-portal-key.pem": private, "/etc/apache2/baygate-portal-key.pub.pem": public})


class PortalForFew(ModAuthOpenidc):
    """The same, but that it asks for the highest level."""

    def site(self):
        path = super().site()
        enough = "    Require claim acr:urn:baygate:acr:substantial\n"
        assert enough in path.read_text()
        path.write_text(path.read_text().replace(enough, ""))
        return path


class Haproxy(Product):
    name = "haproxy"

    def prepare(self):
        needed(HAPROXY)
        subprocess.run([sys.executable, SERVICES / "jwks_to_pem.py", self.issuer + "/jwks", self.folder], check=True)
        recipe = fill("haproxy.cfg", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:9000": f"127.0.0.1:{self.application}",
            "127.0.0.1:8085": f"127.0.0.1:{self.port}", "/etc/haproxy/baygate": self.folder})
        return [HAPROXY, "-db", "-f", recipe]


NGINX_FRAME = """
daemon off;
user www-data;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {site};
}}
"""


class Nginx(Product):
    """With the guard, which is the one that verifies."""

    name = "nginx"

    def prepare(self):
        needed(NGINX, GUARD)
        self.guard_port = port = free_ports(1)[0]
        recipe = fill("nginx-guard.yaml", self.folder, {"https://id.example": self.issuer, "8086": port})
        self.guard = Program(f"guard-{self.folder.name}", [GUARD, "--config", recipe], LOGS / "interop" / "products")
        site = fill("nginx.conf", self.folder, {
            "127.0.0.1:8086": f"127.0.0.1:{port}", "127.0.0.1:9000": f"127.0.0.1:{self.application}",
            "127.0.0.1:8085": f"127.0.0.1:{self.port}"})
        frame = self.folder / "frame.conf"
        frame.write_text(NGINX_FRAME.format(folder=self.folder, site=site))
        return [NGINX, "-p", self.folder, "-e", "stderr", "-c", frame]

    def start(self):
        self.guard.start()
        self.await_guard()
        return super().start()

    def await_guard(self):
        """Its /readyz is asked past nginx, which lets nobody there."""
        wait_until(lambda: self.guard.check() and self.guard_is_ready(), "the guard has its keys")

    def guard_is_ready(self):
        try:
            return exchange("GET", f"http://127.0.0.1:{self.guard_port}/readyz").status == 200
        except OSError:
            return False

    def stop(self):
        super().stop()
        self.guard.stop()


class PythonAuthlib(Product):
    name = "python-authlib"

    def prepare(self):
        needed("/usr/lib/python3/dist-packages/authlib")
        recipe = fill("python-authlib.py", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:8085": f"127.0.0.1:{self.port}", **self.changes}, into="service.py")
        return [sys.executable, recipe]


class HastyPython(PythonAuthlib):
    """The same, but it asks for new keys as often as it likes."""

    changes = {"PATIENCE = 60": "PATIENCE = 0"}


class NodeJose(Product):
    name = "node-jose"

    def prepare(self):
        (self.folder / "node_modules").symlink_to(node_modules())
        recipe = fill("node-jose.mjs", self.folder, {
            "https://id.example": self.issuer, "127.0.0.1:8085": f"127.0.0.1:{self.port}", **self.changes})
        # Node.js 18 tries one address of localhost only, and here nobody listens on IPv6.
        return ["node", "--dns-result-order=ipv4first", recipe]


class HastyNode(NodeJose):
    """The same, but it asks for new keys as often as it likes."""

    changes = {"cooldownDuration: 60_000": "cooldownDuration: 0"}


NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=10000",
       "--cafile=/etc/ssl/certs/ca-certificates.crt")


@functools.cache
def node_modules():
    """The packages of the lock file, installed in the build folder; npm checks their digests. Where its registry cannot
    be reached, Debian's of the same name."""
    needed("node", "npm", DEBIAN_JOSE)
    place = BUILD / "interop-node"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NODE / name, place / name)
    done = subprocess.run([*NPM, f"--cache={place / 'cache'}"], cwd=place, capture_output=True, text=True)
    if done.returncode == 0:
        return place / "node_modules"
    warnings.warn(f"jose is Debian's, since npm says: {done.stderr[-300:]}")
    return DEBIAN_JOSE.parent


VERIFIERS = {each.name: each for each in (Nginx, ModOauth2, Haproxy, PythonAuthlib, NodeJose)}
