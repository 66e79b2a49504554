"""Decisions of any shape: typed variables, rules, tables, hit policies; business-rules gives the meaning."""
