-- Files that are sent together become one version or none: they share the id of their job, which is that of the first
-- import. Whatever came before this was noted stands alone.
ALTER TABLE imports ADD COLUMN job_id TEXT NOT NULL DEFAULT '';
UPDATE imports SET job_id = id;
CREATE INDEX imports_by_job ON imports (job_id);
