"""Define `cairn consent`, `cairn family` and `cairn opt-out`.

They record what families allow and what a school declares, write letters that give a family access
to its page, and record that families decline.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

consent_app = typer.Typer(
    help="Written consents, and what a school says of its children.", no_args_is_help=True
)

SchoolOption = Annotated[
    str, typer.Option("--from", metavar="ORG", help="Short name of the school or district.")
]

LocalIdsArgument = Annotated[
    Path,
    typer.Argument(
        help="A text file with the children's ids, one a line; - reads the standard input.",
        allow_dash=True,
    ),
]

ConsentReferenceArgument = Annotated[str, typer.Argument(help="The consent's reference.")]


@consent_app.command("record")
def record(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or Excel: local_id, signer, relation, signed_on; if you like language, "
            "answer, records, name, birth_date.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    form: Annotated[
        str, typer.Option("--form", metavar="ORG/FORM", help="Whose form it is, and which.")
    ],
    collector: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of who collected the papers.")
    ],
    scan: Annotated[
        Path | None,
        typer.Option("--scan", help="A PDF or picture of the papers.", exists=True, dir_okay=False),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a list of signed papers on record. Nothing is saved while anything in it is wrong.

    Example: cairn consent record papers.csv --form alder-creek-sd/after-school --from lanterns
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_paper_list(
            output, consent_records.PaperListOptions(file, form, collector, scan), acting
        )


@consent_app.command("revoke")
def revoke(
    reference: ConsentReferenceArgument,
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file with the name of who takes it back; - reads the standard input.",
            allow_dash=True,
        ),
    ],
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """A family takes its consent back. The name is read from a file: never from the command.

    Example: cairn consent revoke 3f2a9c41d07be586 name.txt
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.revoke_consent_from_file(output, reference, file, acting)


@consent_app.command("export")
def export(
    reference: ConsentReferenceArgument,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """One consent as a machine-readable record (ISO/IEC TS 27560).

    Example: cairn consent export 3f2a9c41d07be586 > consent.json
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.print_consent_record(output, reference, acting)


@consent_app.command("state")
def state(
    about: Annotated[str, typer.Argument(help="nations, or withheld (what is kept back).")],
    says: Annotated[str, typer.Argument(help="listed, no_record or not_known.")],
    *,
    school: SchoolOption,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """A school says what its records hold of all its children. It counts from now on.

    Example: cairn consent state withheld no_record --from alder-creek-sd
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_statement_by_name(output, school, about, says, acting)


@consent_app.command("nations")
def nations(
    file: LocalIdsArgument,
    *,
    school: SchoolOption,
    nation: Annotated[
        list[str] | None,
        typer.Option("--nation", metavar="ORG", help="A tribal nation; none: they belong to none."),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record to which tribal nations children belong, in the place of what was recorded before.

    Example: cairn consent nations ids.txt --from alder-creek-sd --nation sand-creek-nation
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_nations_from_file(output, school, file, nation or [], acting)


@consent_app.command("keep-back")
def keep_back(
    file: LocalIdsArgument,
    *,
    school: SchoolOption,
    element: Annotated[
        list[str] | None,
        typer.Option(
            "--element",
            metavar="ELEMENT",
            help="Like student.street, or address for the whole home address; none: nothing is.",
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep elements back for children, in the place of what was kept back before.

    Example: cairn consent keep-back ids.txt --from alder-creek-sd --element address
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_kept_elements_from_file(output, school, file, element or [], acting)


family_app = typer.Typer(help="Write to families.", no_args_is_help=True)


@family_app.command("letters")
def letters(
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file, one child a line: id, name, en or es, with commas between.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of the district.")
    ],
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where families reach this site.")
    ],
    to: Annotated[Path, typer.Option("--to", help="The HTML file to write, ready to print.")],
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="The codes' last day; else 12 weeks."),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Letters with a code for each family, in its language. The codes are in the file only.

    Example: cairn family letters children.txt --from alder-creek-sd
    --address https://cairn.county.example --to letters.html
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import family_letters

        day = until.date() if until else None
        family_letters.write_family_letters(
            output, family_letters.FamilyLetterOptions(file, organization, address, to, day), acting
        )


def opt_out(  # noqa: PLR0913 - each is an option of the command
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file with one local id a line, or id | name | relation; - reads the "
            "standard input.",
            allow_dash=True,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of whose ids they are.")
    ],
    scope: Annotated[
        str, typer.Option("--scope", help="all_discretionary or directory.")
    ] = "all_discretionary",
    season: Annotated[
        str, typer.Option("--season", help="The school year; else the present one.")
    ] = "",
    known_by: Annotated[
        str,
        typer.Option(
            "--known-by",
            help="How you know who said it, such as: signed paper. --undo needs it.",
        ),
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="These families changed their mind.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record opt-outs of families. Child IDs are read from a file, never from the command line.

    Example: cairn opt-out declined.txt --from alder-creek-sd --season 2026-27
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_opt_out_list(
            output,
            file,
            consent_records.OptOutOptions(organization, scope, season, known_by.strip(), undo),
            acting,
        )
