-- A transcript whose diarizer was given up: its output names no engine, and all of it is one voice's.
CREATE OR REPLACE FUNCTION tally_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_measured('stage_duration_seconds', NEW.stage, (NEW.output ->> 'seconds')::double precision);
    IF NEW.stage = 'diarizing' AND NEW.output -> 'engine' = 'null' THEN
        PERFORM tally('unlabelled_transcripts', '');
    END IF;
    RETURN NULL;
END $$;
