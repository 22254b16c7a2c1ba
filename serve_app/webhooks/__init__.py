"""Outgoing webhooks: whoever asked for it is told over HTTP that a task has ended."""
