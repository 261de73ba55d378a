"""Assemble the command `cairn` from its subcommands, in the order in which data flow."""

import inspect

import typer

from cairn.interfaces.cli.access import commands as access
from cairn.interfaces.cli.agreements import commands as agreements
from cairn.interfaces.cli.consents import commands as consents
from cairn.interfaces.cli.data import commands as data
from cairn.interfaces.cli.operations import commands as operations
from cairn.interfaces.cli.releases import commands as releases
from cairn.interfaces.cli.sdc import commands as sdc

_EXPLORE_PANEL = "Get started"
_DATA_FLOW_PANEL = "Agreements and data"
_MAINTENANCE_PANEL = "Maintenance"

app = typer.Typer(
    name="cairn",
    help="Share data about children lawfully, safely and usefully.",
    epilog="New here? Start with: cairn demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo", rich_help_panel=_EXPLORE_PANEL)(operations.demo)
app.command("serve", rich_help_panel=_EXPLORE_PANEL)(operations.serve)
app.command("work", rich_help_panel=_EXPLORE_PANEL)(operations.work)
app.add_typer(access.people_app, name="people", rich_help_panel=_DATA_FLOW_PANEL)
app.add_typer(access.security_app, name="secure", rich_help_panel=_DATA_FLOW_PANEL)
app.command("lint", rich_help_panel=_DATA_FLOW_PANEL)(agreements.lint)
app.command("agree", rich_help_panel=_DATA_FLOW_PANEL)(agreements.agree)
app.command("decide", rich_help_panel=_DATA_FLOW_PANEL)(agreements.decide)
app.command("dictionary", rich_help_panel=_DATA_FLOW_PANEL)(agreements.dictionary)
app.add_typer(consents.consent_app, name="consent", rich_help_panel=_DATA_FLOW_PANEL)
app.add_typer(consents.family_app, name="family", rich_help_panel=_DATA_FLOW_PANEL)
app.command("opt-out", rich_help_panel=_DATA_FLOW_PANEL)(consents.opt_out)
app.command("synthetic", rich_help_panel=_DATA_FLOW_PANEL)(agreements.synthetic)
app.command("receive", rich_help_panel=_DATA_FLOW_PANEL)(data.receive)
app.command("watch", rich_help_panel=_DATA_FLOW_PANEL)(data.watch)
app.command("add-table", rich_help_panel=_DATA_FLOW_PANEL)(data.add_table)
app.command("encode", rich_help_panel=_DATA_FLOW_PANEL)(data.encode)
app.command("link", rich_help_panel=_DATA_FLOW_PANEL)(data.link)
app.command("protect", rich_help_panel=_DATA_FLOW_PANEL)(sdc.protect)
app.command("deidentify", rich_help_panel=_DATA_FLOW_PANEL)(sdc.deidentify)
app.add_typer(releases.release_app, name="release", rich_help_panel=_DATA_FLOW_PANEL)
app.command("publish", rich_help_panel=_DATA_FLOW_PANEL)(releases.publish)
app.command("trace", rich_help_panel=_MAINTENANCE_PANEL)(releases.trace)
app.command("check", rich_help_panel=_MAINTENANCE_PANEL)(operations.check)
app.command("grant", rich_help_panel=_MAINTENANCE_PANEL)(operations.grant)
app.command("verify", rich_help_panel=_MAINTENANCE_PANEL)(operations.verify)
app.command("backup", rich_help_panel=_MAINTENANCE_PANEL)(operations.backup)
app.command("restore", rich_help_panel=_MAINTENANCE_PANEL)(operations.restore)
app.command("bounces", rich_help_panel=_MAINTENANCE_PANEL)(operations.bounces)
app.command("destroy", rich_help_panel=_MAINTENANCE_PANEL)(operations.destroy)


def _unwrap_help(group: typer.Typer) -> None:
    """Join the lines of each paragraph of help, so that only the terminal wraps them.

    Typer would keep the line breaks of a docstring and wrap the lines once more.
    """
    for command in group.registered_commands:
        paragraphs = inspect.cleandoc(inspect.getdoc(command.callback) or "").split("\n\n")
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for nested in group.registered_groups:
        if nested.typer_instance is not None:
            _unwrap_help(nested.typer_instance)


_unwrap_help(app)

if __name__ == "__main__":
    app()
