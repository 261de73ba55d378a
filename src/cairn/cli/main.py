"""The command `cairn`: its verbs, in the order of the way of data."""

import typer

from cairn.cli import (
    agree,
    check,
    consent,
    decide,
    deidentify,
    demo,
    destroy,
    dictionary,
    encode,
    family,
    link,
    lint,
    opt_out,
    people,
    protect,
    publish,
    receive,
    release,
    secure,
    serve,
    synthetic,
    trace,
    verify,
    work,
)

_LOOK = "Look around"
_WAY = "The way of data"
_KEEP = "Keep it sound"

app = typer.Typer(
    name="cairn",
    help="Share data about children lawfully, safely and usefully.",
    epilog="Begin with: cairn demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo", rich_help_panel=_LOOK)(demo.demo)
app.command("serve", rich_help_panel=_LOOK)(serve.serve)
app.command("work", rich_help_panel=_LOOK)(work.work)

app.add_typer(people.app, name="people", rich_help_panel=_WAY)
app.add_typer(secure.app, name="secure", rich_help_panel=_WAY)
app.command("lint", rich_help_panel=_WAY)(lint.lint)
app.command("agree", rich_help_panel=_WAY)(agree.agree)
app.command("decide", rich_help_panel=_WAY)(decide.decide)
app.command("dictionary", rich_help_panel=_WAY)(dictionary.dictionary)
app.add_typer(consent.app, name="consent", rich_help_panel=_WAY)
app.add_typer(family.app, name="family", rich_help_panel=_WAY)
app.command("opt-out", rich_help_panel=_WAY)(opt_out.opt_out)
app.command("synthetic", rich_help_panel=_WAY)(synthetic.synthetic)
app.command("receive", rich_help_panel=_WAY)(receive.receive)
app.command("encode", rich_help_panel=_WAY)(encode.encode)
app.command("link", rich_help_panel=_WAY)(link.link)
app.command("protect", rich_help_panel=_WAY)(protect.protect)
app.command("deidentify", rich_help_panel=_WAY)(deidentify.deidentify)
app.add_typer(release.app, name="release", rich_help_panel=_WAY)
app.command("publish", rich_help_panel=_WAY)(publish.publish)

app.command("trace", rich_help_panel=_KEEP)(trace.trace)
app.command("check", rich_help_panel=_KEEP)(check.check)
app.command("verify", rich_help_panel=_KEEP)(verify.verify)
app.command("destroy", rich_help_panel=_KEEP)(destroy.destroy)


if __name__ == "__main__":
    app()
