"""Run in Blender after a script of ours: adds a line of JSON on the scene to the file that SCENES names."""

import json
import os

import bpy

scene = bpy.context.scene
said = {
    "fps": scene.render.fps,
    "fps_base": scene.render.fps_base,
    "first": scene.frame_start,
    "markers": [(marker.frame, marker.name) for marker in scene.timeline_markers],
}
with open(os.environ["SCENES"], "a", encoding="utf-8") as file:  # noqa: PTH123 - old Pythons run this
    file.write(json.dumps(said) + "\n")
scene.timeline_markers.clear()
