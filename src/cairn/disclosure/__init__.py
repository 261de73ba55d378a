"""The glass: counts in, a publishable table out, audited by an attacker."""
