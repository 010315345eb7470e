-- Whether nobody but the author could have approved a version when it was given. Of those from before nobody knows; they keep
-- their label.
ALTER TABLE official_flows ADD COLUMN nobody_else INTEGER NOT NULL DEFAULT 1 CHECK (nobody_else IN (0, 1));
