"""Automations: links between companies, rules, matching, executions."""
