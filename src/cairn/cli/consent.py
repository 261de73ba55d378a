"""`cairn consent`: what families allow, from lists of signed papers; what a school says itself."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(
    help="Written consents, and what a school says of its children.", no_args_is_help=True
)

School = Annotated[
    str, typer.Option("--from", metavar="ORG", help="Short name of the school or district.")
]
Ids = Annotated[
    Path,
    typer.Argument(
        help="A text file with the children's ids, one a line; - reads the standard input.",
        allow_dash=True,
    ),
]
Reference = Annotated[str, typer.Argument(help="The consent's reference.")]


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
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put a list of signed papers on record. Nothing is saved while anything in it is wrong.

    Example: cairn consent record papers.csv --form alder-creek-sd/after-school --from lanterns
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.consenting import Papers, put_on_record

        put_on_record(voice, Papers(file, form, collector, scan), acting)


@app.command("revoke")
def revoke(
    reference: Reference,
    file: Annotated[
        Path,
        typer.Argument(
            help="A text file with the name of who takes it back; - reads the standard input.",
            allow_dash=True,
        ),
    ],
    *,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A family takes its consent back. The name is read from a file: never from the command.

    Example: cairn consent revoke 3f2a9c41d07be586 name.txt
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.consenting import take_back

        take_back(voice, reference, file, acting)


@app.command("export")
def export(
    reference: Reference, *, acting: As = None, data: Data = None, as_json: AsJson = False
) -> None:
    """One consent as a machine-readable record (ISO/IEC TS 27560).

    Example: cairn consent export 3f2a9c41d07be586 > consent.json
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.consenting import exported

        exported(voice, reference, acting)


@app.command("state")
def state(
    about: Annotated[str, typer.Argument(help="nations, or withheld (what is kept back).")],
    says: Annotated[str, typer.Argument(help="listed, no_record or not_known.")],
    *,
    school: School,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A school says what its records hold of all its children. It counts from now on.

    Example: cairn consent state withheld no_record --from alder-creek-sd
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.keeping import put_statement

        put_statement(voice, school, about, says, acting)


@app.command("nations")
def nations(
    file: Ids,
    *,
    school: School,
    nation: Annotated[
        list[str] | None,
        typer.Option("--nation", metavar="ORG", help="A tribal nation; none: they belong to none."),
    ] = None,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Record to which tribal nations children belong, in the place of what was recorded before.

    Example: cairn consent nations ids.txt --from alder-creek-sd --nation sand-creek-nation
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.keeping import put_nations

        put_nations(voice, school, file, nation or [], acting)


@app.command("keep-back")
def keep_back(
    file: Ids,
    *,
    school: School,
    element: Annotated[
        list[str] | None,
        typer.Option(
            "--element",
            metavar="ELEMENT",
            help="Like student.street, or address for the whole home address; none: nothing is.",
        ),
    ] = None,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Keep elements back for children, in the place of what was kept back before.

    Example: cairn consent keep-back ids.txt --from alder-creek-sd --element address
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.keeping import put_kept_back

        put_kept_back(voice, school, file, element or [], acting)
