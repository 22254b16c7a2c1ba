-- The request that a task came with, or was last asked for again by: lines of the log tell it.
ALTER TABLE tasks ADD COLUMN request_id text;
