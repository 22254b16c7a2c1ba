"""A language model on this machine, behind OpenAI's contract."""
