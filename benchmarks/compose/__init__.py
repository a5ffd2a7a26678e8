"""Films composed from real clips with exact truth; see ``benchmarks/edits.py``."""
