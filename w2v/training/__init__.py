"""A run: epochs over blocks on an engine, and the callbacks that measure, report and save it."""
