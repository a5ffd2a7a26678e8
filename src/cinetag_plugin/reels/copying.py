"""A reel without encoding again: the packets of one film, cut where decoding can begin."""
