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
    help="Record consents, Tribal nations and withheld elements.", no_args_is_help=True
)

SchoolOption = Annotated[
    str, typer.Option("--from", metavar="ORG", help="Short name of the school or district.")
]

LocalIdsArgument = Annotated[
    Path,
    typer.Argument(
        help="Text file with one child ID per line; - reads standard input.",
        allow_dash=True,
    ),
]

ConsentReferenceArgument = Annotated[str, typer.Argument(help="Reference of the consent.")]


@consent_app.command("record")
def record(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or Excel file with the columns local_id, signer, relation, signed_on. "
            "Optional: language, answer, records, name, birth_date.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    form: Annotated[str, typer.Option("--form", metavar="ORG/FORM", help="Organization and form.")],
    collector: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Organization that collected the papers.")
    ],
    scan: Annotated[
        Path | None,
        typer.Option("--scan", help="PDF or image of the papers.", exists=True, dir_okay=False),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a list of signed papers. Nothing is saved if any row has an error.

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
            help="Text file with the name of the person who revokes; - reads standard input.",
            allow_dash=True,
        ),
    ],
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a consent for a family.

    Example: cairn consent revoke 3f2a9c41d07be586 name.txt

    The name is read from a file, never from the command line.
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
    """Print one consent as a machine-readable record (ISO/IEC TS 27560).

    Example: cairn consent export 3f2a9c41d07be586 > consent.json
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.print_consent_record(output, reference, acting)


@consent_app.command("state")
def state(
    about: Annotated[str, typer.Argument(help="nations, or withheld (elements).")],
    says: Annotated[str, typer.Argument(help="listed, no_record or not_known.")],
    *,
    school: SchoolOption,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what a school states about all of its children.

    Example: cairn consent state withheld no_record --from alder-creek-sd

    Write listed if the records name each child concerned, no_record if they hold no such
    information, or not_known. The statement counts from now on.
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
        typer.Option(
            "--nation", metavar="ORG", help="Tribal nation. Repeatable. Without it: none."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record which Tribal nations children belong to. This replaces earlier records.

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
            help="Element such as student.street, or address for the whole home address. "
            "Repeatable. Without it: nothing is withheld.",
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withhold data elements for children. This replaces earlier records.

    Example: cairn consent keep-back ids.txt --from alder-creek-sd --element address
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.consents import consent_records

        consent_records.record_kept_elements_from_file(output, school, file, element or [], acting)


family_app = typer.Typer(help="Print letters to families.", no_args_is_help=True)


@family_app.command("letters")
def letters(
    file: Annotated[
        Path,
        typer.Argument(
            help="Text file with one child per line: ID, name, en or es, separated by commas.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Short name of the district.")
    ],
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Web address of this site.")
    ],
    to: Annotated[Path, typer.Option("--to", help="HTML file to write, ready to print.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], help="Last day of the codes. Default: 12 weeks."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a letter with a code for each family, in English or Spanish.

    Example: cairn family letters children.txt --from alder-creek-sd
    --address https://cairn.county.example --to letters.html

    The codes are only in this file.
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
            help="Text file with one local ID per line, or ID | name | relation; - reads "
            "standard input.",
            allow_dash=True,
        ),
    ],
    *,
    organization: Annotated[
        str, typer.Option("--from", metavar="ORG", help="Organization that uses these IDs.")
    ],
    scope: Annotated[
        str, typer.Option("--scope", help="all_discretionary or directory.")
    ] = "all_discretionary",
    season: Annotated[
        str, typer.Option("--season", help="School year. Default: the current one.")
    ] = "",
    known_by: Annotated[
        str,
        typer.Option(
            "--known-by",
            help="How you know who opted out, such as: signed paper. Required with --undo.",
        ),
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Withdraw the opt-outs of these families.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record or withdraw families' opt-outs.

    Example: cairn opt-out declined.txt --from alder-creek-sd --season 2026-27

    Child IDs are read from a file, never from the command line.
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
