"""Questions, projects, the committee, and what was authorized."""
