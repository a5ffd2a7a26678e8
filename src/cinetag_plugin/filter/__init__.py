"""Frames through a pipe: the same bytes out as in, and what was found in them beside."""
