-- Whether a recording ended before it should: its transcript is then of the part that is there.

ALTER TABLE recordings ADD COLUMN truncated boolean NOT NULL DEFAULT FALSE;
