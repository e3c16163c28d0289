//! Single files and folders: modes first, then content, synced.
