"""What OpenTimelineIO loads: an adapter that reads films and a hook script, named in the manifest.

``plugin_manifest.json`` lies beside this file; OpenTimelineIO finds it through the entry point
``opentimelineio.plugins``. The hook script is declared and not attached: a hook that is attached
runs on every file that any program reads or writes on this machine.
"""
