"""The operator's report: what was asked, refused, called wrong, answered unsurely.

Read `summary` first: it makes the report, a value, from stored questions. `table` and
`page` write it as CSV and as HTML; `article-bot feedback` prints it.
"""
