"""Commands about consents, opt-outs, school declarations, and letters to families."""
