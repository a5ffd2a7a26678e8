"""The table of events and the formats that write it down: one small module a format."""
