--! title = "T"
--! params = { a = "int" }
SELECT 1