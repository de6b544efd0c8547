"""The page of the profile that is served: what `zenml.page` shows, to those who have a token.

- `entering`: which requests are for the page, and what each of them has to pass.
- `sign_in`: where a token becomes a cookie; `sessions` knows the cookies.
- `source`: what is looked at, and what is undone; `turns`: how many wait for that at once.
- `looking` answers questions, of one ledger alone.
"""
