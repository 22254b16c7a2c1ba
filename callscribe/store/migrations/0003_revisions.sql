-- A degraded protocol is made again later, at growing intervals.

ALTER TABLE protocols ADD COLUMN revisions integer NOT NULL DEFAULT 0 CHECK (revisions >= 0);
ALTER TABLE protocols ADD COLUMN revise_at timestamptz;

UPDATE protocols SET revise_at = now() WHERE status = 'degraded';

CREATE INDEX protocols_to_revise ON protocols (revise_at) WHERE revise_at IS NOT NULL;
