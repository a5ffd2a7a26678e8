"""Beat events: what a shot says, and where the story turns."""
