"""What the graph costs beside its engines."""
