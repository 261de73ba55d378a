"""Commands that receive partners' files, encode names and match records."""
