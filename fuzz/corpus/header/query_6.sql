--! title = "T"
--! columns = { a = "meters" }
SELECT 1