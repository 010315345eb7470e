--! title = "T"
--! columns.a = "cost"
--! columns.b = "list"


SELECT 1