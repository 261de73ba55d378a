"""Keep the audit log: a hash chain of events. See README.md."""
