"""Django building blocks without a domain: accounts, the audit log, task progress, storage."""
