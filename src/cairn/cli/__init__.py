"""`cairn …`: each verb is one module, thin over the same queries and actions as the pages.

A verb's module loads Typer only, so that `cairn --help` is instant; the verb's body loads the rest
once Django stands (`installation.ready`), because a model cannot be loaded before that.
"""
