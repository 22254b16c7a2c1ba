-- Kontur Talk: news of a recording that comes while it is being fetched has its effect when that try ends.

ALTER TABLE arrivals ADD COLUMN news boolean NOT NULL DEFAULT FALSE; -- came since the last try began
