"""The Ray Serve graph: its builder, the pipeline through it, and the HTTP API in front of it."""
