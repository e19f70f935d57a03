"""Connecting the company to MoySklad and Google."""
