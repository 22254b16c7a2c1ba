"""What a user would pick instead of CallScribe, each a script in a process of its own."""
