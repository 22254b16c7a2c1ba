"""The API under load: how fast it answers people while the stack rests, and while it processes a call."""
