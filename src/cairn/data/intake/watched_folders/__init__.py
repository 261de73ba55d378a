"""Receive the files that a partner puts into a folder of this machine."""
