"""What the runtime's messages tell of the adapter it selected."""

import pytest

from cinetag_plugin.models.gpu import Adapter, selected_adapter

_PREFIX = "INFO: [environment.cc:36] Creating\nI0000 00:00:1 17321 environment.cc:532] "


@pytest.mark.parametrize(
    ("line", "adapter"),
    [
        (
            "SwiftShader Device (Subzero), arch=swiftshader, vendor=google, backend=Vulkan, "
            "adapterType=CPU / Software",
            Adapter("SwiftShader Device (Subzero)", "Vulkan", True),
        ),
        (
            "llvmpipe (LLVM 19.1.7, 256 bits), arch=software, vendor=mesa, backend=Vulkan, "
            "adapterType=CPU / Software",
            Adapter("llvmpipe (LLVM 19.1.7, 256 bits)", "Vulkan", True),
        ),
        (
            "NVIDIA GeForce RTX 3060, arch=ampere, vendor=nvidia, backend=Vulkan, adapterType=Discrete GPU",
            Adapter("NVIDIA GeForce RTX 3060", "Vulkan", False),
        ),
        (
            "Apple M2, arch=apple-8, vendor=apple, backend=Metal, adapterType=Integrated GPU",
            Adapter("Apple M2", "Metal", False),
        ),
        ("Bare", Adapter("Bare", "WebGPU", False)),
    ],
)
def test_the_selected_adapter_is_read_with_its_kind(line, adapter):
    assert selected_adapter(f"{_PREFIX}Selected adapter: {line}\nINFO: software next\n") == adapter


def test_a_registered_accelerator_is_no_adapter():
    text = "INFO: GPU accelerator(libLiteRtWebGpuAccelerator.so) registered.\nERROR: No adapters found\n"
    assert selected_adapter(text) is None
