"""How well questions are answered: question sets, measures, report.

Read `questions` first. It uses the answerer as anyone does; nothing in `retrieval`
imports it.
"""
