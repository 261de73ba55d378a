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
        typer.Argument(
            metavar="CELLS.csv", help="The finest counts, or one row for each person; CSV or Excel."
        ),
    ],
    *,
    dims: Annotated[
        str,
        typer.Option("--dims", metavar="A,B,…", help="The columns to break down by."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PUBLISHED.csv", help="Where to write what may leave."),
    ] = None,
    count: Annotated[
        str | None,
        typer.Option(
            "--count", metavar="COLUMN", help="The column of counts; else each row is one person."
        ),
    ] = None,
    denominator: Annotated[
        str | None,
        typer.Option(
            "--denominator",
            metavar="COLUMN",
            help="The column of group sizes: then --count holds how many of them have an outcome.",
        ),
    ] = None,
    nest: Annotated[
        list[str] | None,
        typer.Option(
            "--nest", metavar="CHILD:PARENT", help="What lies within what: school:district; repeat."
        ),
    ] = None,
    tables: Annotated[
        str,
        typer.Option(
            "--tables",
            metavar='"A,B;B,C"',
            help="The tables to publish, each with all its margins; else one of everything.",
        ),
    ] = "",
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule", metavar="NAME", help="A rule of the field; repeat: the strictest wins."
        ),
    ] = None,
    minimum: Annotated[
        int | None,
        typer.Option(
            "--minimum", metavar="N", help="Fewer than N is small; 10 where nothing else is said."
        ),
    ] = None,
    zeros: Annotated[
        Zeros | None,
        typer.Option(
            "--zeros",
            help="Empty groups are always shown, or may be withheld to cover others.",
        ),
    ] = None,
    sums: Annotated[
        Sums | None,
        typer.Option(
            "--sums",
            help="Withheld cells may not together be a small group of known size, or may.",
        ),
    ] = None,
    previous: Annotated[
        list[Path] | None,
        typer.Option(
            "--previous",
            metavar="PUBLISHED.csv",
            help="What is out already of the same people, this year or last month; repeat.",
        ),
    ] = None,
    contributor: Annotated[
        str | None,
        typer.Option(
            "--contributor",
            metavar="COLUMN",
            help="Whose rows they are: nobody who knows its own numbers can work out few others.",
        ),
    ] = None,
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit",
            metavar="AUDIT.json",
            help="Why each cell is withheld, and what an attacker could find; not for the public.",
        ),
    ] = None,
    method: Annotated[
        ProtectionMethod | None,
        typer.Option(
            "--method",
            help="Withhold; ranges in the blanks; round all numbers; or noise by a secret key.",
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="Show what each method and the best merges would keep, side by side."
        ),
    ] = False,
    base: Annotated[
        int | None,
        typer.Option("--base", metavar="N", help="Round to multiples of N; 5 if not said."),
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            "--secret", metavar="FILE", help="32 bytes or more from which the noise is drawn."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person",
            metavar="COLUMN",
            help="The id of each row's person: the same people, the same noise, in any table.",
        ),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure",
            metavar="COLUMN",
            help="What each person has, such as days absent; then one row is one person.",
        ),
    ] = None,
    statistic: Annotated[
        Statistic | None,
        typer.Option("--statistic", help="What to tell of the measure; the mean if not said."),
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            "--between",
            metavar="LEAST:MOST",
            help="What anyone can have of the measure, such as 0:180; from 0 up if not said.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Withhold small cells and those that would disclose them, attack the result, and write it.

    Example: cairn protect cells.csv --dims district,school,race,gender --count n
    --nest school:district --tables "school,race;race,gender" --out published.csv

    PUBLISHED.csv has every cell of every margin, totals spelled All. Its status is published,
    withheld (n is blank), or range (a percentage or a range replaces n). Only AUDIT.json says which
    cells are small and which cover them. Nothing is written unless the attacker's audit finds
    nothing. Ends with 0 when it was written, 1 when earlier releases or a contributor's own numbers
    make it impossible, 2 when the command or the file must be corrected.

    --contributor names a column such as district or partner, among --dims or not. Each of its
    values is taken to know its own numbers exactly and to subtract them from the published numbers.

    --compare prints what each --method would leave to readers, and which categories to merge so
    that more can be shown; it writes nothing unless --method names one. Rounding and noise are
    refused where a --rule withholds small numbers.

    With --measure the file gives for each group the number of people and the mean, median or sum of
    their values, with a column rounded_to: the larger the group, the finer. No person's value can
    be estimated more closely than the rule for magnitudes allows. --between gives the possible
    values, so that a group in which all have the maximum is withheld as well as one in which all
    have none.
    Example: cairn protect children.csv --dims district,school,race --nest school:district
    --measure days_absent --statistic mean --between 0:180 --out means.csv

    With --denominator there is a percentage, recoded as the rule says. The names of the rules are
    in docs/reference/disclosure-rules.md, and in the message about an unknown one.
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
        Path, typer.Argument(metavar="FILE", help="The file with the free text; CSV or Excel.")
    ],
    *,
    column: Annotated[
        str, typer.Option("--column", metavar="COLUMN", help="The column that people wrote in.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.csv",
            help="Where to write what is to be read; with --reviewed, the file with clean texts.",
        ),
    ] = None,
    named_by: Annotated[
        list[str] | None,
        typer.Option(
            "--named-by",
            metavar="COLUMN",
            help="A column of names in the same file (a child's, a guardian's); repeat.",
        ),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names", metavar="NAMES.txt", help="More names to look for, one on each line."
        ),
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            "--reviewed",
            metavar="REVIEW.csv",
            help="What a person has read and decided, of every text.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a de-identified version of free text, and write it once a person has read it.

    Example: cairn deidentify visits.csv --column notes --named-by student,guardian --out review.csv

    review.csv has each different text once, with a proposal in which names, dates, telephone
    numbers, addresses, ids and links have a stand-in such as [NAME]. No program recognizes a story
    that the whole town knows: read each, write accept, edit (with your own words under final) or
    refuse under decision, and your name under reviewer. The review file is as sensitive as
    the original. Then

    Example: cairn deidentify visits.csv --column notes --reviewed review.csv --out clean.csv

    writes the file with the texts as they were decided, those refused left blank. Nothing is
    written while one text is undecided. Ends with 0 when it was written, 1 when texts wait for a
    decision, 2 when the command or a file must be mended.
    """
    with run_command(as_json=as_json) as voice:
        from cairn.interfaces.cli.sdc import text_review

        options = text_review.DeidentifyOptions(file, column, out, tuple(named_by or ()), names)
        if reviewed is None:
            text_review.write_proposals(voice, options)
        else:
            text_review.write_decided_texts(voice, options, reviewed)
