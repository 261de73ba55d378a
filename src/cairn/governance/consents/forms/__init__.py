"""Define the forms of consents. No message repeats what a user entered about a child."""
