"""Search measured: how fast it is over a large archive, and which forms of a word it finds."""
