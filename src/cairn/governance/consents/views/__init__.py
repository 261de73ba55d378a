"""Show the pages of consents and opt-outs."""
