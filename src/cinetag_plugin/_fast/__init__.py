"""Room `_fast`."""
