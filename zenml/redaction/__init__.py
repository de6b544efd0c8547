"""Taking out what should never have been recorded, so that every proof still holds.

A value is found wherever it was repeated to (`finding`), blanked to its commitment, and taken out of the files
beside the ledger (`files`). What cannot be reached is said (`reach`).
"""
