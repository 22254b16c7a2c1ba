"""Ways in besides the upload."""
