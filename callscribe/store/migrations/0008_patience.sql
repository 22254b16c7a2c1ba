-- Kontur Talk: patience is used up only by what a recording itself is refused for, and what stands in the blob store for
-- an arrival is known before it is there.

ALTER TABLE arrivals DROP COLUMN since;
ALTER TABLE arrivals ADD COLUMN refused_for interval NOT NULL DEFAULT '0'; -- how much patience is used up
ALTER TABLE arrivals ADD COLUMN revived boolean NOT NULL DEFAULT FALSE; -- tried anew, once, since it was heard of again
ALTER TABLE arrivals ADD COLUMN transcript_awaited_for interval NOT NULL DEFAULT '0';

ALTER TABLE arrivals ALTER COLUMN recording_id DROP NOT NULL;
ALTER TABLE arrivals ALTER COLUMN recording_id DROP DEFAULT;
ALTER TABLE arrivals RENAME COLUMN recording_id TO stored_as; -- the last try's recording: media, and perhaps a task

CREATE INDEX arrivals_tasks ON arrivals (task_id) WHERE task_id IS NOT NULL;
