"""Kafka, a way in and a way out: recordings come from a topic, events of tasks go to another."""
