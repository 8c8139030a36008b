"""Fuzzing: every reader of files is given thousands of damaged ones, and may answer with a W2VError or what it read.

    mutations.py       how bytes, lines, JSON and safetensors are damaged, with knowledge of what they are
    readers.py         the table of readers, and the valid files that their cases are made of
    harness.py         runs cases in processes of their own, which a signal, a hang or a lack of memory only ends
    __main__.py        `make fuzz`: python -m fuzz, in tests/
    coverage_guided.py the same readers under atheris, which looks for new paths through the code

A case is a function of the reader's name and a number, so that a fault can be had again by them.
"""
