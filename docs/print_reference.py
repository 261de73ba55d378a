"""Prints the reference pages from the code, so that they cannot drift from it.

python docs/print_reference.py            writes docs/reference/*.md
python docs/print_reference.py --check    prints the differences and exits 1 if there are any
"""

import difflib
import inspect
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import disclosure_pages
import law_pages
from tables import table

HERE = Path(__file__).parent / "reference"
NOTE = "<!-- Printed by docs/print_reference.py; do not edit. -->\n"


def lifecycles() -> str:
    """Every life as a table and a diagram."""
    from cairn.policy.lifecycles.state_tables import LIFECYCLES

    return (
        "# Lifecycles\n\nEach lifecycle lists states, events and the roles that may cause them.\n"
        + "".join(
            f"\n## {life.name.capitalize()}\n\n```mermaid\n{life.draw_diagram()}\n```\n"
            for life in LIFECYCLES
        )
    )


def agreement_format() -> str:
    """The written form of an agreement: every table and every key."""
    from cairn.governance.agreements.toml_format.format_reference import render_format_reference

    return render_format_reference()


def _open(template: str) -> str:
    """A sentence with a dash where a case would fill it."""
    from cairn.policy.law.sentence_templates import show_template

    return re.sub(r"{\w+}", "…", show_template(template))


def findings() -> str:
    """What the linter can report about an agreement, in the order of its families."""
    from cairn.policy.lint import LINT_RULES

    rows = (
        (o.id, o.severity.value, _open(o.message), _open(o.instead), o.citation) for o in LINT_RULES
    )
    return (
        "# Findings\n\nThis page lists what `cairn lint` can report about an agreement's text. It "
        "also reports what is missing for the legal basis or for a data element: see "
        "[Rules](rules.md).\n\nA finding of *law* keeps the agreement from being in force. The "
        "parties correct the text, or counsel of the data owner records why the finding does not "
        "apply. *Practice* and *anomaly* are advice.\n\n"
        + table(("finding", "severity", "message", "recommendation", "source"), rows)
    )


def data_elements() -> str:
    """The catalogue of data elements, by record type."""
    from cairn.warehouse.schema.elements import load_element_catalogue

    opening = (
        "# Data elements\n\nOnce checked, all rows have this form. An agreement names an element "
        "as `record.field`. The column *identifies* says how it can point to a child: by itself "
        "(direct), with other facts (indirect) or not at all. The column *special* names the law "
        "that protects it.\n"
    )
    parts = [opening]
    for record in load_element_catalogue().values():
        parts.append(f"\n## `{record.name}`: {record.title}\n\n")
        rows = (
            (
                f"`{f.name}`",
                f.type.value,
                "yes" if f.required else "",
                f.identifier.value,
                f.special.value if f.special else "",
                f.label,
                f"{f.description}{_codes(f)}".strip(),
            )
            for f in record.fields.values()
        )
        head = ("field", "type", "required", "identifies", "special", "label", "description")
        parts.append(table(head, rows))
    return "".join(parts)


def _codes(field: object) -> str:
    codes = getattr(field, "codes", {})
    return f" Codes: {', '.join(f'`{code}`' for code in codes)}." if codes else ""


def file_layouts() -> str:
    """The shipped layouts of known exports."""
    from cairn.warehouse.layouts import load_layouts

    opening = (
        "# File layouts\n\nCairn knows the exports below by their columns and proposes their "
        "column mapping. A person confirms it once. Each layout says which column is the "
        "district's own student ID, and by what rule a result meets the standard. A layout is "
        "marked *confirmed on a real file* or *from public documentation*. Cairn is not connected "
        "with the vendors; the names are theirs.\n\nA layout that is not listed is mapped on the "
        "page of the data submission, with the same rules. [Import the attendance of a program's "
        "software](../how-to/program-exports.md) says so for each product.\n"
    )
    parts = [opening]
    for layout in load_layouts().values():
        ids = "; ".join(f"`{column}`: {meaning}" for column, meaning in layout.ids.items())
        rows = [
            ("Product", f"{layout.product} ({layout.vendor})"),
            ("Mark", layout.mark.label),
            ("Record type", f"`{layout.mapping.record}`"),
            ("Recognized by", ", ".join(f"`{column}`" for column in layout.signature)),
            ("IDs", ids),
        ]
        if layout.met_by:
            rows += [("Meets the standard", layout.met_by), ("Source", layout.met_source)]
        parts.append(f"\n## {layout.title}\n\n{table((f'`{layout.name}`', 'layout'), rows)}")
    return "".join(parts)


def outcomes() -> str:
    """The definitions of the outcomes."""
    from cairn.warehouse.measures.breakdowns import get_value_rule
    from cairn.warehouse.measures.computed_records import load_counted_records
    from cairn.warehouse.measures.conditions import format_condition
    from cairn.warehouse.measures.outcomes import load_outcome_catalogue

    opening = (
        "# Outcomes\n\nEach outcome is defined as data: who is counted, who of them has the "
        "outcome, from which records, and which direction is better. A measure is a value that "
        "each person of an outcome has. [Indicators](../explanation/indicators.md) explains the "
        "entries and the conditions.\n"
    )
    parts = [opening]
    for one in load_outcome_catalogue().values():
        condition = (one.numerator.record, format_condition(one.numerator.where))
        numerator_rows = (
            ("Measured" if one.measure else "Numerator", one.numerator_text["en"]),
            ("Condition", " ".join(_code(part) for part in condition if part)),
        )
        if one.is_count:
            audited = f"the people of `{one.people}`, with which it is audited"
            numerator_rows = (("Number of", audited),)
        rows = (
            ("Why it matters", one.why["en"]),
            ("Denominator", one.denominator_text["en"]),
            (
                "Counted from",
                f"`{one.denominator.record}` {_code(format_condition(one.denominator.where))}",
            ),
            *numerator_rows,
            ("Period", one.vintage),
            ("Records", ", ".join(f"`{r}`" for r in sorted(one.records))),
            ("Better is", one.direction),
            ("Broken down by", ", ".join(f"`{dim}`" for dim in one.breakdowns)),
            (
                "A child with several values",
                ", ".join(
                    f"`{dim}` {rule.value}"
                    for dim in one.breakdowns
                    if (rule := get_value_rule(dim, one.value_rules))
                ),
            ),
            (
                "Elements that an agreement must name",
                ", ".join(f"`{e}`" for e in sorted(one.elements)),
            ),
        )
        parts.append(f"\n## {one.title['en']}\n\n{table((f'`{one.id}`', 'definition'), rows)}")
    parts.append(
        "\n## Computed records\n\nA definition may count these like any record type. Each has one "
        "row per person and school year, computed from other records.\n"
    )
    for record in load_counted_records().values():
        if record.sql:
            fields = (
                *((f"`{field.name}`", field.label) for field in record.fields.values()),
                ("computed from", ", ".join(f"`{e}`" for e in sorted(record.computed_from))),
            )
            parts.append(
                f"\n### {record.title}\n\n{record.description}\n\n"
                f"{table((f'`{record.name}`', 'element'), fields)}"
            )
    return "".join(parts)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def commands() -> str:
    """Every command with its help, as plain text."""
    import typer

    from cairn.interfaces.cli.main import app

    group = typer.main.get_command(app)
    parts = ["# Commands\n\n`cairn COMMAND --help` prints the same text.\n"]
    parts.extend(_command(group, "cairn"))
    return "".join(parts)


def _command(command: object, path: str) -> Iterable[str]:
    children = getattr(command, "commands", {})
    if children:
        for name in sorted(children):
            yield from _command(children[name], f"{path} {name}")
        return
    text = inspect.cleandoc(getattr(command, "help", "") or "").replace("\b", "").strip()
    yield f"\n## `{path}`\n\n{text}\n\n"
    rows = (
        (f"`{_spelling(p)}`", (getattr(p, "help", "") or "").strip())
        for p in getattr(command, "params", ())
        if not getattr(p, "hidden", False)
    )
    yield table(("option", "what"), rows)


def _spelling(parameter: object) -> str:
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(parameter.name).upper()  # type: ignore[attr-defined]
    return ", ".join(parameter.opts)  # type: ignore[attr-defined]


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": law_pages.rules,
    "packs.md": law_pages.packs,
    "lifecycles.md": lifecycles,
    "agreement-format.md": agreement_format,
    "findings.md": findings,
    "disclosure-rules.md": disclosure_pages.disclosure_rules,
    "data-elements.md": data_elements,
    "file-layouts.md": file_layouts,
    "outcomes.md": outcomes,
    "commands.md": commands,
}


def main(*, check: bool) -> int:
    """Writes or compares every page."""
    with tempfile.TemporaryDirectory() as scratch:
        # The commands load settings, which must not make a data folder here.
        os.environ["CAIRN_DATA"] = str(Path(scratch) / "data")
        printed = {name: NOTE + "\n" + page() for name, page in PAGES.items()}
    stale = 0
    for name, text in printed.items():
        path = HERE / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == text:
            continue
        stale += 1
        if check:
            lines = difflib.unified_diff(before.splitlines(), text.splitlines(), name, "the code")
            print("\n".join(list(lines)[:60]))
        else:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.name}")
    if check and stale:
        print("Reference pages differ from the code: run `make fix`.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
