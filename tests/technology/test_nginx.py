"""The scan against a real nginx, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seawall.technology.lab import Authorities, Lab, Plan, Wanted
from seawall.technology.net import NotReached
from seawall.technology.scan import scan

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")

CONF = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen {address}:{http}; return 301 https://$host$request_uri; }}
  server {{
    listen {address}:{https} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3; add_header Strict-Transport-Security "max-age=31536000" always;
    location / {{ default_type text/html; return 200 "<!doctype html><title>nginx</title>"; }}
    location ~ /\\. {{ return 404; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("nginx")
    authorities = Authorities()
    with Lab((Plan("nginx.example", web=False),), {}) as lab:
        lab.authorities = authorities
        certificate, key = authorities.trusted.issue(Wanted(("nginx.example",)))
        Path(folder, "cert.pem").write_text(certificate)
        Path(folder, "key.pem").write_text(key)
        address = lab.addresses["nginx.example"]
        text = CONF.format(folder=folder, address=address, http=lab.ports[80], https=lab.ports[443])
        Path(folder, "nginx.conf").write_text(text)
        server = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
        try:
            for _ in range(50):
                try:
                    lab.egress().connect(address, 443).close()
                    break
                except NotReached:
                    time.sleep(0.1)
            yield lab
        finally:
            server.terminate()
            server.wait(10)


def test_nginx_as_configured(nginx: Lab) -> None:
    result = scan(["nginx.example"], nginx.egress(), now=datetime.now(UTC))
    found = {f.check for f in result.findings if f.asset == "nginx.example" and f.state == "found"}
    # Debian mends its old nginx; the number alone is past the maker's support, or not, as the machine has it.
    assert found - {"SW-WEB-07"} == {
        *("SW-DNS-01", "SW-DNS-03", "SW-MAIL-01", "SW-MAIL-03"),
        *("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05", "SW-HTTP-07", "SW-HTTP-08", "SW-HTTP-10", "SW-HTTP-11"),
        "SW-WEB-06",
    }
