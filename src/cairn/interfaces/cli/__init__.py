"""Define the command `cairn`: a folder for each group of subcommands.

A subcommand is thin: it calls the same queries and actions as the pages.

The module `commands` of a group defines its subcommands and imports Typer only, so that
`cairn --help` is instant. The body of a subcommand imports the module that does its work after
`installation.prepare_installation` has set Django up, because a model cannot be imported before
that.
"""
