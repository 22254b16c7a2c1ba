-- What kind of call a recording is: its protocol dwells on what matters in one.

ALTER TABLE recordings ADD COLUMN template text NOT NULL DEFAULT 'meeting'
    CHECK (template IN ('meeting', 'sales', 'support', 'interview'));
