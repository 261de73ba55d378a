"""Commands that draft, check, review and publish releases, and trace copies of extracts."""
