"""Room `tags`."""
