"""Room `media`."""
