"""From words and voices to a transcript that people read."""
