"""Profiles that machines share: finding, following, finishing, moving, upgrading and accepting their ledgers."""
