"""A change from its beginning to its end.

- `request`: who asks for it, where from and how.
- `work`: holds the lock and records at the end; `open_change`: what use cases see of it meanwhile.
- `trying_again`: makes it again where others were in the way.
- `stores`: what it is recorded in; `notes`: what is noted besides.
- `first_run`, `observing`: what is recorded before it: the default profile, and what a repository's file says.
- `new_profiles`, `local_paths`: what use cases make: profiles, and folders of components.
- `profile_yaml`: the files for people that are written after it.
"""
