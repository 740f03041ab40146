"""Every stored file was made by us (portal.md G8): what arrives is read, never kept; what is kept is written anew.

All but `kinds` runs in the limited child process (portal/children.py) only.
"""
