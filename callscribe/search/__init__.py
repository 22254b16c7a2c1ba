"""Search: how words are compared, what is asked for, and what is shown of what was found."""
