"""Measurements: accuracy, speed and memory, beside what a user would pick instead."""
