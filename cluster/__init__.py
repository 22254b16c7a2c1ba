"""Running CallScribe somewhere: here, in containers, on a cluster."""
