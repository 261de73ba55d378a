"""How a deployment is reached decides how strict its cookies and transport are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = [
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SESSION_COOKIE_HTTPONLY",
    "DEBUG",
    "FILE_UPLOAD_HANDLERS",
]


def _settings(tmp_path: Path, **variables: str) -> dict[str, object]:
    program = (
        "import json; from cairn.config import settings as s; "
        f"print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"
    )
    environment = {**os.environ, "CAIRN_DATA": str(tmp_path / "data"), **variables}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    found: dict[str, object] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("hosts", ["localhost", "cairn.county.example"])
def test_plain_http_is_for_loopback_alone(tmp_path: Path, hosts: str) -> None:
    found = _settings(tmp_path, CAIRN_HOSTS=hosts)
    secure = hosts != "localhost"
    assert found["SESSION_COOKIE_SECURE"] is secure
    assert found["CSRF_COOKIE_SECURE"] is secure
    assert found["SECURE_SSL_REDIRECT"] is secure
    assert bool(found["SECURE_HSTS_SECONDS"]) is secure


def test_what_no_deployment_can_change(tmp_path: Path) -> None:
    found = _settings(tmp_path)
    assert found["DEBUG"] is False
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["FILE_UPLOAD_HANDLERS"] == ["cairn.interfaces.web.uploads.SealedUploadHandler"]
