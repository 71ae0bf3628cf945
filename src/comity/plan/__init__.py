"""Roadmaps: what states mean to do, how long it takes, what waits for what, by when, and which data will show it."""
