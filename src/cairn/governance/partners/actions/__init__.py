"""Actions on partners, their people, and their training and security records."""
