-- What the server must remember of a step and never shows: see StepNotes.
ALTER TABLE steps ADD COLUMN notes TEXT;
