"""The organisation's own terms and names: read from a file, found in what was heard, written as the file has them."""

from callscribe.glossary.file import Glossary

__all__ = ["Glossary"]
