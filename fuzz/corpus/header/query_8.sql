--! title = '''
--! several
--! lines'''
--! [columns]
--! a = "share"
--! b = "duration_s"
SELECT 1
--! not = "header"
