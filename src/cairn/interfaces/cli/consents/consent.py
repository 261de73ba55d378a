"""Define `cairn consent`: record what families allow, and what a school declares."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

app = typer.Typer(
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


@app.command("record")
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
        from cairn.interfaces.cli.consents.consent_records import (
            PaperListOptions,
            record_paper_list,
        )

        record_paper_list(output, PaperListOptions(file, form, collector, scan), acting)


@app.command("revoke")
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
        from cairn.interfaces.cli.consents.consent_records import revoke_consent_from_file

        revoke_consent_from_file(output, reference, file, acting)


@app.command("export")
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
        from cairn.interfaces.cli.consents.consent_records import print_consent_record

        print_consent_record(output, reference, acting)


@app.command("state")
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
        from cairn.interfaces.cli.consents.consent_records import record_statement_by_name

        record_statement_by_name(output, school, about, says, acting)


@app.command("nations")
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
        from cairn.interfaces.cli.consents.consent_records import record_nations_from_file

        record_nations_from_file(output, school, file, nation or [], acting)


@app.command("keep-back")
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
        from cairn.interfaces.cli.consents.consent_records import record_kept_elements_from_file

        record_kept_elements_from_file(output, school, file, element or [], acting)
