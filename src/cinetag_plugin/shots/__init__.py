"""Room `shots`."""
