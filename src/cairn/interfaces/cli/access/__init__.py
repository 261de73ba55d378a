"""Commands about the people who have access, their training, and the security of organizations."""
