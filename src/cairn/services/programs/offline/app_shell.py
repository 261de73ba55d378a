"""Build the page that a device keeps for attendance without a connection, and its service worker.

The page is the same for everybody and has no data. A device keeps it in its cache storage; names
are never there.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from cairn.services.programs.models import AttendanceStatus

SHELL_TEMPLATE: Final = "programs/offline.html"
_FILES: Final = {
    "site_style": "web/cairn.css",
    "style": "programs/attendance.css",
    "store": "programs/offline_store.js",
    "page": "programs/offline_page.js",
    "icon": "web/cairn.svg",
}
_WORKER: Final = "programs/offline_worker.js"
_VERSION_DIGITS: Final = 12


@lru_cache(maxsize=1)
def build_shell_context() -> dict[str, Any]:
    """Build the context of the page; the addresses of its files change with each of them.

    Returns:
        The statuses, and the address of each file in `shell`, with their `version`.
    """
    statuses = AttendanceStatus.choices
    digest = sha256(render_to_string(SHELL_TEMPLATE, {"statuses": statuses}).encode())
    for name in (*_FILES.values(), _WORKER):
        digest.update(_find_static_file(name).read_bytes())
    version = digest.hexdigest()[:_VERSION_DIGITS]
    urls = {name: f"{static(file)}?v={version}" for name, file in _FILES.items()}
    return {"statuses": statuses, "shell": urls | {"version": version}}


def write_service_worker(page: str) -> str:
    """Write the script of the service worker.

    Args:
        page: address of the page that it keeps.

    Returns:
        JavaScript, which begins with the list of kept files.
    """
    shell = build_shell_context()["shell"]
    kept = {
        "version": shell["version"],
        "page": page,
        "store": shell["store"],
        "assets": [shell[name] for name in _FILES],
    }
    script = _find_static_file(_WORKER).read_text(encoding="utf-8")
    return f"const SHELL = {json.dumps(kept)};\n{script}"


def _find_static_file(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str)  # noqa: S101 - a file of this package
    return Path(found)
