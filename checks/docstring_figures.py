"""Measure the words of docstrings and comments, and the sections of exported docstrings."""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from typing import Final

from source_tree import (
    CORE_GROUPS,
    DEFINITION_TYPES,
    FACE_DEPTH,
    FUNCTION_TYPES,
    Definition,
    Function,
    Measurement,
    Offender,
    Settings,
    SourceModule,
    SourceTree,
    find_definition,
    measure_share,
    walk_statements,
)

_STRING_OR_COMMENT: Final = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'"
    r"|(?P<comment>#[^\n]*)",
    re.DOTALL,
)
_CODE_SPAN: Final = re.compile(r"``[^`]+``|`[^`]+`")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")

# Classes whose docstring alone says enough: their members or fields carry their own meaning.
_DOCSTRING_ONLY: Final = frozenset(
    {"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag", "TextChoices", "IntegerChoices"}
    | {"Protocol", "Model", "AbstractBaseUser"}
)
_RECORDS: Final = frozenset({"NamedTuple", "TypedDict"})


def measure_oblique_words(tree: SourceTree, settings: Settings) -> Measurement:
    """Count oblique words per 1,000 words of docstrings and comments. Code in backquotes is left
    out, because a field's name is not prose.
    """
    listed = sorted(settings["oblique_words"], key=len, reverse=True)
    choices = "|".join(r"\s+".join(map(re.escape, words.split())) for words in listed)
    oblique = re.compile(rf"(?<![\w-])(?:{choices})(?![\w-])", re.IGNORECASE)
    offenders, words = [], 0
    for module in tree.values():
        for line, text in (*_list_docstrings(module), *_list_comments(module)):
            prose = _CODE_SPAN.sub(_blank_out, text)
            words += len(_WORD.findall(prose))
            for match in oblique.finditer(prose):
                line_number = line + prose.count("\n", 0, match.start())
                offenders.append(Offender(module.path, line_number, " ".join(match[0].split())))
    return measure_share(offenders, words, per=1000)


def _blank_out(match: re.Match[str]) -> str:
    return re.sub(r"\S", " ", match[0])


def _list_docstrings(module: SourceModule) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of every docstring, also those below an assignment."""
    for node in module.statements:
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.lineno, value.value


def _list_comments(module: SourceModule) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of every comment; lines that follow each other are one."""
    block: list[str] = []
    line = first = position = 0
    for match in _STRING_OR_COMMENT.finditer(module.source):
        if match["comment"] is None:
            continue
        previous, line = line, line + module.source.count("\n", position, match.start())
        position = match.start()
        if block and line != previous + 1:
            yield first + 1, "\n".join(block)
            block = []
        first = first if block else line
        block.append(match["comment"].lstrip("#"))
    if block:
        yield first + 1, "\n".join(block)


def measure_undocumented_exports(tree: SourceTree, _settings: Settings) -> Measurement:
    """Count exported functions and classes whose docstring lacks a section that they need."""
    exported = {}
    for module in tree.values():
        if module.path.name == "api.py" or _is_core_face(module):
            for name in module.exports:
                if place := find_definition(tree, module, name):
                    exported[place[0].name, place[1].name] = place
    offenders = []
    for module, node in exported.values():
        if lacks := _list_missing_sections(tree, module, node):
            text = f"{node.name} lacks {', '.join(lacks)}"
            offenders.append(Offender(module.path, node.lineno, text))
    offenders.sort(key=lambda offender: (offender.path, offender.line))
    return Measurement(len(offenders), offenders, f"of {len(exported):,} exported")


def _is_core_face(module: SourceModule) -> bool:
    parts = module.name.split(".")
    in_core = len(parts) > 1 and parts[1] in CORE_GROUPS
    return in_core and (module.is_package or len(parts) <= FACE_DEPTH)


def _list_missing_sections(tree: SourceTree, module: SourceModule, node: Definition) -> list[str]:
    text = ast.get_docstring(node) or ""
    if not text:
        return ["a docstring"]
    if not isinstance(node, ast.ClassDef):
        return _list_missing_of_function(node, text)
    ancestors = _list_ancestors(tree, module, node)
    if ancestors & _DOCSTRING_ONLY or any(_is_exception(name) for name in ancestors):
        return []
    if ancestors & _RECORDS or any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        return [] if _are_fields_documented(node, text) else ["Attributes"]
    for method in node.body:
        if isinstance(method, FUNCTION_TYPES) and method.name == "__init__":
            return _list_missing_of_function(
                method, text + "\n" + (ast.get_docstring(method) or "")
            )
    return []


def _list_missing_of_function(node: Function, text: str) -> list[str]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    names = [a.arg for a in positional if a.arg not in {"self", "cls"}]
    takes = bool(names or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)
    returned = ast.unparse(node.returns) if node.returns else "None"
    needed = {
        "Args": takes,
        "Returns": returned not in {"None", "NoReturn", "Never", "ActionResult[None]"}
        and not _has_section(text, "Yields"),
        "Raises": any(_is_new_exception(inner) for inner in _walk_own(node.body)),
    }
    return [
        section for section, needs in needed.items() if needs and not _has_section(text, section)
    ]


def _has_section(text: str, name: str) -> bool:
    return re.search(rf"^[ \t]*{name}:", text, re.MULTILINE) is not None


def _walk_own(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a function without those of functions and classes inside it."""
    inner: set[int] = set()
    for node in walk_statements(body):
        if id(node) not in inner:
            yield node
        if isinstance(node, DEFINITION_TYPES):
            inner |= {id(deeper) for deeper in walk_statements(node.body)}


def _is_new_exception(node: ast.stmt) -> bool:
    """Whether a statement raises a class or a call; `raise` and `raise error` pass one on."""
    return isinstance(node, ast.Raise) and (
        isinstance(node.exc, ast.Call)
        or (isinstance(node.exc, ast.Name | ast.Attribute) and _last_name(node.exc)[:1].isupper())
    )


def _are_fields_documented(node: ast.ClassDef, text: str) -> bool:
    """Whether the docstring lists the fields, or each is named in it or has its own docstring."""
    if _has_section(text, "Attributes") or _has_section(text, "Args"):
        return True
    below = [*node.body[1:], ast.Pass()]
    return all(
        isinstance(following, ast.Expr) or re.search(rf"\b{_last_name(item.target)}\b", text)
        for item, following in zip(node.body, below, strict=True)
        if isinstance(item, ast.AnnAssign) and "ClassVar" not in ast.unparse(item.annotation)
    )


def _list_ancestors(tree: SourceTree, module: SourceModule, node: ast.ClassDef) -> set[str]:
    """Return the names of all base classes, as far as this package defines them."""
    names = set()
    for base in node.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        name = _last_name(plain)
        names.add(name)
        owner, definition = find_definition(tree, module, name) or (module, node)
        if isinstance(definition, ast.ClassDef) and definition is not node:
            names |= _list_ancestors(tree, owner, definition)
    return names


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_exception(name: str) -> bool:
    known = getattr(builtins, name, None)
    is_builtin = isinstance(known, type) and issubclass(known, BaseException)
    return is_builtin or name.endswith(("Error", "Exception", "Warning"))
