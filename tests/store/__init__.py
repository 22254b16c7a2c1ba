"""Tests of callscribe/store on a real PostgreSQL."""
