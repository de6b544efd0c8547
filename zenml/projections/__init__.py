"""Reading the ledger's file, and the views computed from its events: only the views can be deleted and rebuilt.

The file itself is read in `database`, `stored_events`, `stored_heads`, `stored_keys`, `shared` and `inspection`;
`kept`, `lost` and `errors` say whether there is one, and what is wrong with it. `versions` says what this version
of the program knows of it. Everything else is about views: `views` makes, fills and rebuilds them.
"""
