"""The core of CallScribe: the words of the domain and everything that needs no server around it."""

__version__ = "0.1.0"
