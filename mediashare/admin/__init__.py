"""The back office: people, jobs, health."""
