"""The web pages: a client of the public HTTP API."""
