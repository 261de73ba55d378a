"""Writes. Each asks the rules, changes rows, and leaves an audit line, in one transaction."""

from cairn.agreements.actions.ending import begin_closing, close, take_back_notice, terminate
from cairn.agreements.actions.recording import load
from cairn.agreements.actions.reviewing import attest_review, clear, override, send_back
from cairn.agreements.actions.signing import attest, decline, send_out, sign
from cairn.agreements.actions.writing import begin, begin_many, save, set_aside, submit, take_back

__all__ = [
    "attest",
    "attest_review",
    "begin",
    "begin_closing",
    "begin_many",
    "clear",
    "close",
    "decline",
    "load",
    "override",
    "save",
    "send_back",
    "send_out",
    "set_aside",
    "sign",
    "submit",
    "take_back",
    "take_back_notice",
    "terminate",
]
