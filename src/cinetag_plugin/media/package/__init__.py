"""Film masters: digital-cinema packages (DCP) and IMF, read as lists of parts of picture files."""
