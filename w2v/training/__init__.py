"""A run: epochs over blocks on an engine, and what watches it, measures it and keeps it."""
