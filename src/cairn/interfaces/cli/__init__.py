"""Define the command `cairn`: one module for each subcommand.

A subcommand is thin: it calls the same queries and actions as the pages.

The module of a subcommand imports Typer only, so that `cairn --help` is instant. The body of the
subcommand imports the rest after `installation.prepare_installation` has set Django up, because a
model cannot be imported before that.
"""
