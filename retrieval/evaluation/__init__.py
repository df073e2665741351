"""Evaluation: question sets, measures, and the runner that applies them.

Read `question_sets` first. `runner` uses the answerer as any caller does; nothing else
in `retrieval` imports this package.
"""
