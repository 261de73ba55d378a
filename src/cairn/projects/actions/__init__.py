"""What people do with questions, projects, bodies and policies; each asks the rules first."""
