"""Kontur Talk as a way in: recordings of a space come by its webhook, by polling, and by hand."""
