"""Logs, traces and error reports. A handler has no logger: these stand around it."""
