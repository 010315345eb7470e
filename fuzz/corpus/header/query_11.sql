--! title = "T"
--! x = [[[[[[[[{a=1}]]]]]]]]
SELECT 1