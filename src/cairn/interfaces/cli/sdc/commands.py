"""Define `cairn protect` and `cairn deidentify`.

The first turns a table of counts into one that may be published. In the second a machine cleans
free text, and a person reads it.
"""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command
from cairn.sdc.options import ProtectionMethod, Statistic, Sums, Zeros


def protect(  # noqa: PLR0913 - each is an option of the command
    cells: Annotated[
        Path,
        typer.Argument(metavar="CELLS.csv", help="Counts, or one row per person; CSV or Excel."),
    ],
    *,
    dims: Annotated[
        str,
        typer.Option("--dims", metavar="A,B,…", help="Columns to break down by."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PUBLISHED.csv", help="File to write."),
    ] = None,
    count: Annotated[
        str | None,
        typer.Option(
            "--count", metavar="COLUMN", help="Column of counts. Default: each row is one person."
        ),
    ] = None,
    denominator: Annotated[
        str | None,
        typer.Option(
            "--denominator",
            metavar="COLUMN",
            help="Column of group sizes; --count is then the number with the outcome.",
        ),
    ] = None,
    nest: Annotated[
        list[str] | None,
        typer.Option(
            "--nest", metavar="CHILD:PARENT", help="Hierarchy, such as school:district. Repeatable."
        ),
    ] = None,
    tables: Annotated[
        str,
        typer.Option(
            "--tables",
            metavar='"A,B;B,C"',
            help="Tables to publish, each with its totals. Default: one table of all --dims.",
        ),
    ] = "",
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule", metavar="NAME", help="Reporting rule. Repeatable: the strictest applies."
        ),
    ] = None,
    minimum: Annotated[
        int | None,
        typer.Option(
            "--minimum", metavar="N", help="Fewer than N people are a small cell. Default: 10."
        ),
    ] = None,
    zeros: Annotated[
        Zeros | None,
        typer.Option(
            "--zeros",
            help="Always show empty groups, or use them to protect others.",
        ),
    ] = None,
    sums: Annotated[
        Sums | None,
        typer.Option(
            "--sums",
            help="Protect small sums of withheld cells, or not.",
        ),
    ] = None,
    previous: Annotated[
        list[Path] | None,
        typer.Option(
            "--previous",
            metavar="PUBLISHED.csv",
            help="Earlier publication about the same people. Repeatable.",
        ),
    ] = None,
    contributor: Annotated[
        str | None,
        typer.Option(
            "--contributor",
            metavar="COLUMN",
            help="Column of partners: protect against each subtracting its own numbers.",
        ),
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit",
            metavar="AUDIT.json",
            help="Reasons and test results for each cell. Not for the public.",
        ),
    ] = None,
    method: Annotated[
        ProtectionMethod | None,
        typer.Option(
            "--method",
            help="Withhold cells, show ranges instead, round all numbers, or add noise.",
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Compare all methods and the best merges. Writes no file."),
    ] = False,
    base: Annotated[
        int | None,
        typer.Option("--base", metavar="N", help="Round to multiples of N. Default: 5."),
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            "--secret", metavar="FILE", help="File with 32 or more random bytes for the noise."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person",
            metavar="COLUMN",
            help="Column of person IDs: the same people get the same noise in every table.",
        ),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure",
            metavar="COLUMN",
            help="Column of a value such as days absent; each row is one person.",
        ),
    ] = None,
    statistic: Annotated[
        Statistic | None,
        typer.Option("--statistic", help="Statistic of the measure. Default: mean."),
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            "--between",
            metavar="LEAST:MOST",
            help="Lowest and highest possible value, such as 0:180. Default: 0 and up.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Suppress small cells in a table, test the suppression, and write the table.

    Example: cairn protect cells.csv --dims district,school,race,gender --count n
    --nest school:district --tables "school,race;race,gender" --out published.csv

    PUBLISHED.csv has every cell of the tables and their totals (All). The status of a cell is
    published, withheld (n is blank), or range (a percentage or a range replaces n). Only
    AUDIT.json says which cells are small and which protect them. Separate code attacks the table,
    and nothing is written unless the attack fails.

    --contributor names a column such as district or partner, among --dims or not. Each of its
    values is assumed to know its own numbers and to subtract them from the published numbers.

    --compare shows what each --method would leave for readers, and which categories to merge so
    that more can be shown. It writes nothing unless --method names one. Rounding and noise are
    refused where a --rule requires that small numbers be withheld.

    With --measure, the file has for each group the number of people and the mean, median or sum of
    their values. The column rounded_to says how it was rounded: larger groups are rounded less. No
    person's value can be estimated more closely than the rule allows. --between gives the possible
    values, so that a group in which everyone has the maximum is withheld too.

    Example: cairn protect children.csv --dims district,school,race --nest school:district
    --measure days_absent --statistic mean --between 0:180 --out means.csv

    With --denominator, the file has percentages, in the bands of the rule. The names of the rules
    are in docs/reference/disclosure-rules.md and in the message about an unknown rule.

    The exit code is 0 if the file was written, 1 if earlier publications or a contributor's own
    numbers make it impossible, and 2 if you must correct the command or the file.
    """
    with run_command(as_json=as_json) as voice:
        from cairn.interfaces.cli.sdc.count_protection import protect_count_file
        from cairn.interfaces.cli.sdc.protect_options import ProtectOptions

        protect_count_file(
            voice,
            ProtectOptions(
                cells=cells,
                dims=dims,
                out=out,
                count=count,
                denominator=denominator,
                nests=tuple(nest or ()),
                tables=tables,
                rules=tuple(rule or ()),
                minimum=minimum,
                zeros=zeros,
                sums=sums,
                previous=tuple(previous or ()),
                contributor=contributor,
                audit=audit,
                method=method,
                compare=compare,
                base=base,
                secret=secret,
                person=person,
                measure=measure,
                statistic=statistic,
                between=between,
            ),
        )


def deidentify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="File with the free text; CSV or Excel.")
    ],
    *,
    column: Annotated[
        str, typer.Option("--column", metavar="COLUMN", help="Column with the free text.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.csv",
            help="File to write: the texts to review, or with --reviewed the result.",
        ),
    ] = None,
    named_by: Annotated[
        list[str] | None,
        typer.Option(
            "--named-by",
            metavar="COLUMN",
            help="Column of names in the same file, such as student. Repeatable.",
        ),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option("--names", metavar="NAMES.txt", help="File with more names, one per line."),
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            "--reviewed",
            metavar="REVIEW.csv",
            help="The review file with a person's decisions.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """De-identify free text: propose changes, and apply what a person decided.

    Example: cairn deidentify visits.csv --column notes --named-by student,guardian --out review.csv

    review.csv has each different text once, with a proposal in which names, dates, telephone
    numbers, addresses, IDs and links are replaced by a placeholder such as [NAME]. The program
    cannot recognize a story that people know. So read each text. Under decision write accept,
    edit (with your own words under final) or refuse, and under reviewer your name. The review file
    is as confidential as the original. Then write the result:

    Example: cairn deidentify visits.csv --column notes --reviewed review.csv --out clean.csv

    Refused texts are left blank. Nothing is written while one text is undecided. The exit code is
    0 if the file was written, 1 if texts wait for a decision, and 2 if you must correct the command
    or a file.
    """
    with run_command(as_json=as_json) as voice:
        from cairn.interfaces.cli.sdc import text_review

        options = text_review.DeidentifyOptions(file, column, out, tuple(named_by or ()), names)
        if reviewed is None:
            text_review.write_proposals(voice, options)
        else:
            text_review.write_decided_texts(voice, options, reviewed)
