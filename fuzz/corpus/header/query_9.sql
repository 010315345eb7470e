--! title = "T"
--! grain = "g"
SELECT 1
