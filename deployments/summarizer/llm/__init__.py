"""The LLM layer: an LLM writes the summary, adds and rewords points, and nothing stays that was not said."""
