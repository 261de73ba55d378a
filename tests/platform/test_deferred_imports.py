"""What is imported when it is first used exists, and a command starts without the rest."""

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps

import cairn
from cairn.platform.deferred_imports import call_later, import_later, list_exports

ROOT: Final = Path(cairn.__file__).parent
FACES: Final = tuple(
    ".".join(("cairn", *path.relative_to(ROOT).with_suffix("").parts))
    for path in sorted(ROOT.rglob("api.py"))
    if "load_exports_on_demand" in path.read_text("utf-8")
)
REGISTERED: Final = sorted({
    (".".join(("cairn", *file.relative_to(ROOT).parent.parts)), path)
    for file in ROOT.rglob("*.py")
    for path in re.findall(r"_later\(\s*\"([\w.]+)\"", file.read_text("utf-8"))
})  # fmt: skip
HELP: Final = "from cairn.interfaces.cli.main import app; app(['--help'], standalone_mode=False)"
RECEIVE: Final = (
    "from cairn.interfaces.cli import main, installation; installation.set_up_django(); "
    "import cairn.interfaces.cli.data.file_import"
)
NOT_FOR_RECEIVING: Final = {
    "cairn.config.urls",
    "cairn.data.identity.index",
    "cairn.sdc.suppression",
    "django_tables2",
    "highspy",
    "psycopg",
    "rapidfuzz",
}


def test_each_public_face_exports_what_its_modules_list() -> None:
    assert len(FACES) > 20
    for face in FACES:
        exports = list_exports(face)
        modules = [import_module(name) for name in {*exports.values()}]
        listed = [name for module in modules for name in module.__all__]
        # A name in two lists would depend on the order of the imports.
        assert sorted(listed) == sorted(exports), face
        for name, module in exports.items():
            assert getattr(import_module(face), name) is getattr(import_module(module), name)


def test_a_name_that_no_module_lists_is_refused() -> None:
    face = import_module("cairn.data.intake.api")
    with pytest.raises(AttributeError, match="exports no receive_nothing"):
        assert face.receive_nothing
    assert not hasattr(face, "__path__")


@pytest.mark.parametrize(("package", "path"), REGISTERED)
def test_what_apps_register_by_its_path_exists(package: str, path: str) -> None:
    """A path reaches no further than an import may: the app itself, or the face of another."""
    import_later(path)()
    own = "cairn.interfaces" if package.startswith("cairn.interfaces.") else package
    assert path.startswith(f"{own}.") or ".api." in path


def test_a_function_is_called_with_its_arguments() -> None:
    assert call_later("json.dumps")({"a": 1}, indent=None) == '{"a": 1}'


@pytest.mark.parametrize(
    ("program", "limit", "absent"),
    [(HELP, 420, {"django", *NOT_FOR_RECEIVING}), (RECEIVE, 1_700, NOT_FOR_RECEIVING)],
    ids=["--help", "receive"],
)
def test_a_command_loads_what_it_needs(
    program: str, limit: int, absent: set[str], tmp_path: Path
) -> None:
    environment: dict[str, Any] = {**os.environ, "CAIRN_DATA": str(tmp_path)}
    for name in ("DATABASE_URL", "IDENTITY_DATABASE_URL"):
        environment.pop(name, None)
    report = (
        "; import json, sys; "
        "django = sys.modules.get('django.apps'); "
        "models = [m._meta.label for m in django.apps.get_models()] if django else []; "
        "print(chr(10) + json.dumps([*sys.modules])); print(json.dumps(models))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program + report],
        env=environment, capture_output=True, check=True, text=True,
    )  # fmt: skip
    loaded, models = (set(json.loads(line)) for line in done.stdout.splitlines()[-2:])
    assert absent & loaded == set()
    assert len(loaded) <= limit
    if models:
        # Whatever module was imported meanwhile, no model came with it.
        modules = {module for face in FACES for module in list_exports(face).values()}
        assert all(map(import_module, modules))
        assert models == {model._meta.label for model in apps.get_models()}
