"""What a glossary does to transcripts."""
