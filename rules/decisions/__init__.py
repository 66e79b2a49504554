"""Decisions of any shape: typed variables, rules, tables, hit policies; business-rules says what they mean."""
