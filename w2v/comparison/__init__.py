"""`w2v compare`: several output heads and encoders on one text, one report.

combinations what is compared: encoders, heads, and what words' vectors are made of
run          which of it is trained, in which order; what is finished is kept
trial        one training, in a process of its own
results      what the folder of a comparison keeps
table        the table, and what stands out in it
report       report.md, results.csv and history.csv; figures, the pictures in it
"""
