"""What it came to."""
