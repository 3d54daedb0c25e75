"""The serial box: text, scans and dropped files become candidates, each with its line, its numbers and what is wrong with it.

Everything here that reads text is pure; what the database says about the numbers is attached afterwards.
"""
