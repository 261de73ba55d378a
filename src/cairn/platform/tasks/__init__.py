"""Run long work in the background and show its progress."""
