"""Assemble the command `cairn` from its subcommands, in the order in which data flow."""

import typer

from cairn.interfaces.cli.access import people, secure
from cairn.interfaces.cli.agreements import agree, decide, dictionary, lint, synthetic
from cairn.interfaces.cli.consents import consent, family, opt_out
from cairn.interfaces.cli.data import encode, link, receive
from cairn.interfaces.cli.operations import check, demo, destroy, serve, verify
from cairn.interfaces.cli.releases import release, trace
from cairn.interfaces.cli.sdc import deidentify, protect

_EXPLORE_PANEL = "Look around"
_DATA_FLOW_PANEL = "The way of data"
_MAINTENANCE_PANEL = "Keep it sound"

app = typer.Typer(
    name="cairn",
    help="Share data about children lawfully, safely and usefully.",
    epilog="Begin with: cairn demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo", rich_help_panel=_EXPLORE_PANEL)(demo.demo)
app.command("serve", rich_help_panel=_EXPLORE_PANEL)(serve.serve)
app.command("work", rich_help_panel=_EXPLORE_PANEL)(serve.work)
app.add_typer(people.app, name="people", rich_help_panel=_DATA_FLOW_PANEL)
app.add_typer(secure.app, name="secure", rich_help_panel=_DATA_FLOW_PANEL)
app.command("lint", rich_help_panel=_DATA_FLOW_PANEL)(lint.lint)
app.command("agree", rich_help_panel=_DATA_FLOW_PANEL)(agree.agree)
app.command("decide", rich_help_panel=_DATA_FLOW_PANEL)(decide.decide)
app.command("dictionary", rich_help_panel=_DATA_FLOW_PANEL)(dictionary.dictionary)
app.add_typer(consent.app, name="consent", rich_help_panel=_DATA_FLOW_PANEL)
app.add_typer(family.app, name="family", rich_help_panel=_DATA_FLOW_PANEL)
app.command("opt-out", rich_help_panel=_DATA_FLOW_PANEL)(opt_out.opt_out)
app.command("synthetic", rich_help_panel=_DATA_FLOW_PANEL)(synthetic.synthetic)
app.command("receive", rich_help_panel=_DATA_FLOW_PANEL)(receive.receive)
app.command("encode", rich_help_panel=_DATA_FLOW_PANEL)(encode.encode)
app.command("link", rich_help_panel=_DATA_FLOW_PANEL)(link.link)
app.command("protect", rich_help_panel=_DATA_FLOW_PANEL)(protect.protect)
app.command("deidentify", rich_help_panel=_DATA_FLOW_PANEL)(deidentify.deidentify)
app.add_typer(release.app, name="release", rich_help_panel=_DATA_FLOW_PANEL)
app.command("publish", rich_help_panel=_DATA_FLOW_PANEL)(release.publish)
app.command("trace", rich_help_panel=_MAINTENANCE_PANEL)(trace.trace)
app.command("check", rich_help_panel=_MAINTENANCE_PANEL)(check.check)
app.command("verify", rich_help_panel=_MAINTENANCE_PANEL)(verify.verify)
app.command("destroy", rich_help_panel=_MAINTENANCE_PANEL)(destroy.destroy)

if __name__ == "__main__":
    app()
