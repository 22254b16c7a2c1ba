"""Media: what a file is, its sound as 16 kHz mono PCM, and the pieces of it that hold speech."""
