"""Reels: new films, and timelines, of chosen scenes of one film or several."""
