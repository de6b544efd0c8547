"""The service: one profile over HTTP, to those who have a token.

- `daemon`: starts it in the background, finds it and ends it; `running` is what it is while it runs, which `log`
  tells of and `state` notes for others; `processes` tells processes apart.
- `listening`: where it listens, and whether that is safe.
- `app`: what it answers; `served` says of what. `limits` and `connections` end what is too large or too slow,
  `whole_characters` what cannot be stored; `outside` is what every answer has in common, `problems` how it says
  no.
- `callers` and `tokens`: who asks, and how many wrong `attempts` were made.
- `routes`: what can be asked; `models`: in which form, and how it is answered. `record` reads the ledger for them,
  `secret_values` opens its secrets, `followers` are told of what is new in it, and `server` ends them when the
  service does.
- `zenml_0_13`: the same profile for clients of ZenML 0.13, with routes of their own.
- `writer`: the thread that makes changes, one after the other; `writing`: how one is made.

FastAPI and uvicorn come with the extra ``service``: `app`, `running` and what they are made of import them, and
nothing else does.
"""
