"""Every figure of `checks/names.py`, on small trees that break the rule and that keep it."""

import runpy
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHECKS = Path(__file__).parents[2] / "checks"
LIMITS = CHECKS / "limits.toml"
Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Write files into a package and run the script on it: `run({"a.py": "…"}, "--list", "…")`."""
    monkeypatch.syspath_prepend(str(CHECKS))

    def write_and_run(files: dict[str, str], *options: str) -> tuple[int, list[str]]:
        for name, text in files.items():
            path = tmp_path / "cairn" / name
            for folder in [path.parent, *path.parent.relative_to(tmp_path).parents]:
                (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), "utf-8")
        main: Any = runpy.run_path(str(CHECKS / "names.py"))["main"]
        code = main(["--source", str(tmp_path / "cairn"), *options])
        return code, capsys.readouterr().out.splitlines()

    return write_and_run


def _list_offenders(run: Run, figure: str, files: dict[str, str]) -> list[str]:
    code, lines = run(files, "--list", figure)
    assert code == 0
    return lines


def test_one_word_functions(run: Run) -> None:
    files = {
        "data/rows.py": "def read(): ...\n\ndef read_rows(): ...\n\ndef _open(): ...\n",
        "data/rows_views.py": "def show(): ...\n",
        "data/views/page.py": "def show(): ...\n",
        "data/templatetags/tags.py": "def show(): ...\n",
        "interfaces/cli/link.py": "def link(): ...\n",
        "data/migrations/0001_initial.py": "def fill(): ...\n",
        "data/classes.py": "class Reader:\n    def read(self): ...\n",
    }
    assert _list_offenders(run, "one_word_functions", files) == ["cairn/data/rows.py:1: read"]


def test_shared_functions_and_classes(run: Run) -> None:
    files = {
        "a.py": "def read_rows(): ...\nclass Order:\n    class Meta: ...\nclass Row: ...\n",
        "b.py": "def read_rows(): ...\nclass Order:\n    class Meta: ...\n",
        "c.py": "from cairn.a import Row, read_rows\ndef read_cells(): ...\nclass _Order: ...\n",
    }
    assert _list_offenders(run, "shared_functions", files) == [
        "cairn/a.py:1: read_rows (2 modules)",
        "cairn/b.py:1: read_rows (2 modules)",
    ]
    assert _list_offenders(run, "shared_classes", files) == [
        "cairn/a.py:2: Order (2 modules)",
        "cairn/b.py:2: Order (2 modules)",
    ]


def test_an_overloaded_function_is_one_function(run: Run) -> None:
    text = "@overload\ndef read_rows(): ...\n\ndef read_rows(): ...\n"
    assert _list_offenders(run, "shared_functions", {"a.py": text}) == []


def test_misnamed_modules(run: Run) -> None:
    files = {
        "among.py": "",
        "whose/__init__.py": "",
        "linked/rows.py": "",
        "blocking.py": "",
        "told_rows.py": "",
    }
    assert _list_offenders(run, "misnamed_modules", files) == [
        "cairn/among.py:1: cairn.among",
        "cairn/whose/__init__.py:1: cairn.whose",
    ]


@pytest.mark.parametrize(("count", "offenders"), [(15, []), (16, ["cairn/data:1: 16 files"])])
def test_crowded_folders(run: Run, count: int, offenders: list[str]) -> None:
    files = {f"data/part_{number}.py": "" for number in range(count)}
    files |= {"data/__init__.py": "", "data/migrations/0001_initial.py": ""}
    assert _list_offenders(run, "crowded_folders", files) == offenders


def test_oblique_words(run: Run) -> None:
    text = '''\
        """Read rows.

        Whoever reads them is `told`, as
        it is. A stand-alone reader.
        """

        SIZE = 3
        """The size of
        which we speak."""

        NAME = "# nobody"  # said of
        # which rows
        def read_rows():
            # don't ask "what is" there
            return "whose"
        '''
    assert _list_offenders(run, "oblique_words", {"a.py": text}) == [
        "cairn/a.py:3: Whoever",
        "cairn/a.py:3: as it is",
        "cairn/a.py:8: of which",
        "cairn/a.py:11: said",
        "cairn/a.py:11: of which",
        "cairn/a.py:14: what is",
    ]


DOCUMENTED = '''
    """Read rows.

    Args:
        path: the file.

    Returns:
        The rows.

    Raises:
        NoSuchRows: if there is none.
    """
'''


def _export(definition: str, docstring: str = "") -> dict[str, str]:
    """Return a package of the core that exports `thing`, defined in a module of its own."""
    head, _, body = textwrap.dedent(definition).strip().partition("\n")
    return {
        "sdc/__init__.py": "",
        "sdc/tables/__init__.py": "from cairn.sdc.tables.rows import thing\n__all__ = ['thing']\n",
        "sdc/tables/rows.py": f"{head}\n{docstring}\n{body}\n",
        "sdc/tables/inner.py": "def hidden(path): ...\n",
    }


RAISING = "def thing(path: str) -> int:\n    raise NoSuchRows(path)"


@pytest.mark.parametrize(
    ("definition", "docstring", "lacks"),
    [
        ("def thing():\n    ...", "", "a docstring"),
        (RAISING, '    """Read rows."""', "Args, Returns, Raises"),
        (RAISING, DOCUMENTED, ""),
        (RAISING, DOCUMENTED.replace("Raises", "Warns"), "Raises"),
        ("def thing() -> None:\n    raise", '    """Do it."""', ""),
        ("def thing(*, size: int) -> None:\n    ...", '    """Do it."""', "Args"),
        (
            "def thing() -> Iterator[int]:\n    ...",
            '    """Do it.\n\n    Yields:\n        One."""',
            "",
        ),
        (
            "def thing() -> None:\n    def inner():\n        raise ValueError('inner')",
            '    """Do it."""',
            "",
        ),
        ("class thing(StrEnum):\n    A = 'a'", '    """Kinds."""', ""),
        ("class thing(Protocol):\n    def __init__(self, size): ...", '    """Kinds."""', ""),
        ("class thing(models.Model):\n    name = Field()", '    """A row."""', ""),
        ("class thing(LookupError):\n    def __init__(self, size): ...", '    """None."""', ""),
        ("class thing(LookupError):\n    ...", "", "a docstring"),
        ("class thing:\n    def __init__(self, size): ...", '    """A thing."""', "Args"),
        ("class thing:\n    size: int", '    """A thing."""', ""),
        ("@dataclass\nclass thing:\n    size: int", "", "a docstring"),
        ("class thing(NamedTuple):\n    size: int", '    """A thing."""', "Attributes"),
        ("class thing(NamedTuple):\n    size: int", '    """A thing of one `size`."""', ""),
        ("class thing(NamedTuple):\n    size: int\n    'In rows.'", '    """A thing."""', ""),
    ],
)
def test_undocumented_exports(run: Run, definition: str, docstring: str, lacks: str) -> None:
    offenders = _list_offenders(run, "undocumented_exports", _export(definition, docstring))
    assert [text.partition(" lacks ")[2] for text in offenders] == [lacks] * bool(lacks)


def test_an_export_of_an_api_is_found_through_two_imports(run: Run) -> None:
    files = {
        "data/api.py": "from cairn.data.rows import read_rows as load\n__all__ = ['load']\n",
        "data/rows/__init__.py": "from .reader import read_rows\n",
        "data/rows/reader.py": "\ndef read_rows(): ...\ndef read_more(): ...\n",
    }
    assert _list_offenders(run, "undocumented_exports", files) == [
        "cairn/data/rows/reader.py:2: read_rows lacks a docstring"
    ]


def test_a_class_takes_the_kind_of_its_base(run: Run) -> None:
    files = _export("class thing(Base):\n    A = 'a'\n    def __init__(self, size): ...")
    files["sdc/tables/rows.py"] = files["sdc/tables/rows.py"].replace(
        "\n\n", '\n    """Kinds."""\n'
    )
    assert len(_list_offenders(run, "undocumented_exports", files)) == 1
    files["sdc/tables/base.py"] = "class Base(StrEnum): ...\n"
    files["sdc/tables/rows.py"] = (
        "from cairn.sdc.tables.base import Base\n" + files["sdc/tables/rows.py"]
    )
    assert _list_offenders(run, "undocumented_exports", files) == []


def test_a_face_of_star_imports_exports_what_its_modules_list(run: Run) -> None:
    files = {
        "policy/__init__.py": "",
        "policy/facts/__init__.py": "from cairn.policy.facts.actor import *\n",
        "policy/facts/actor.py": "__all__ = ['is_trained']\ndef is_trained(): ...\n",
    }
    assert _list_offenders(run, "undocumented_exports", files) == [
        "cairn/policy/facts/actor.py:2: is_trained lacks a docstring"
    ]


def test_import_lines(run: Run) -> None:
    text = (
        "import ast\nfrom math import (\n    pi,\n)\n\nx = 1\ndef f():\n    import re\n"
        + "y = 2\n" * 3
    )
    code, lines = run({"a.py": text})
    assert code == 1
    line = next(line for line in lines if line.startswith("import_lines "))
    assert line.split()[1] == "45.45"
    assert line.endswith("(27.3 % if a statement were one line)")
    assert _list_offenders(run, "import_lines", {}) == ["cairn/a.py:1: 5 lines"]


def test_deep_imports(run: Run) -> None:
    files = {
        "policy/__init__.py": "",
        "policy/checks/__init__.py": "from cairn.policy.checks.access import may_open\n",
        "policy/checks/access.py": "def may_open(): ...\n",
        "policy/questions/__init__.py": "import cairn.policy.checks.access\n",
        "sdc/__init__.py": "",
        "sdc/protect.py": "__all__ = ['protect_tables']\n",
        "sdc/attack.py": "",
        "data/good.py": "from cairn.policy.checks import may_open\nimport cairn.sdc.protect\n",
        "data/bad.py": "from cairn.policy.checks import access\nfrom cairn.sdc import attack\n",
        "data/worse.py": "def f():\n    from ..policy.checks.access import may_open\n",
    }
    assert _list_offenders(run, "deep_imports", files) == [
        "cairn/data/bad.py:1: cairn.policy.checks.access",
        "cairn/data/bad.py:2: cairn.sdc.attack",
        "cairn/data/worse.py:2: cairn.policy.checks.access",
    ]
    _, lines = run({})
    line = next(line for line in lines if line.startswith("deep_imports "))
    assert line.endswith("(and 1 between packages of one group)")


def test_a_rise_fails_and_a_fall_suggests_a_lower_limit(run: Run, tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    files = {"a.py": "def read(): ...\ndef read_rows(): ...\ndef read_cells(): ...\n"}

    def run_with_limit(limit: float) -> tuple[int, list[str]]:
        head, mark, tail = LIMITS.read_text("utf-8").partition("[figures.one_word_functions]")
        first, _, rest = tail.partition("limit = ")
        limits.write_text(f"{head}{mark}{first}limit = {limit} # {rest}", "utf-8")
        code, lines = run(files, "--limits", str(limits))
        return code, [line for line in lines if line.startswith("one_word_functions ")][1:]

    assert run_with_limit(33.3) == (
        1,
        ["one_word_functions is above its limit: python checks/names.py --list one_word_functions"],
    )
    assert run_with_limit(33.4) == (0, [])
    assert run_with_limit(36) == (0, [])
    assert run_with_limit(50) == (
        0,
        ["one_word_functions has fallen: lower its limit in limits.toml to 33.4"],
    )
