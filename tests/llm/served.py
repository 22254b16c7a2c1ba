"""The model that these tests have served, small and real and tuned to no instructions, and the key that opens it."""

MODEL = "gemma3-270m-base"
KEY = "of-these-tests"
