"""Plain files of children → people, without a hub: no server, no data folder, no key.

``roster`` reads one file into the fields that linkage knows, ``joined`` puts several together,
``people`` writes who is who.
"""
