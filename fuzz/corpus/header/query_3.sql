--!title="T"
--!unti="s"
SELECT 1