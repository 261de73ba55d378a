"""Change the person index for users. Each action asks the policy and writes an audit line."""
