"""The command line: ``dicomspec show | explain | check | lookup | edition | examples``.

One module a command; each parses arguments, calls the library, and prints. `output` is all that knows of terminals.
"""
