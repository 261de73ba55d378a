"""Write a survey on a page, have it answered without an account, and import the answers."""
