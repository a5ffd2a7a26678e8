"""Room `otio_plugin`."""
