"""Sounds made by formula, cut into blocks as the pipe does."""

from fractions import Fraction

import numpy as np

from cinetag_plugin.media.sound import RATE, SoundBlock

SECOND = np.arange(RATE) / RATE


def tone(seconds, amplitude=0.5, frequency=440.0):
    times = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def silence(seconds):
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds, amplitude=0.1, seed=0):
    return (amplitude * np.random.default_rng(seed).standard_normal(round(seconds * RATE))).astype(np.float32)


def fed(meter, *parts, start=0, size=RATE // 2):
    """Feed parts of sound in blocks of ``size`` samples, and finish; return the meter."""
    samples = np.concatenate(parts)
    for first in range(0, len(samples), size):
        meter.feed(SoundBlock(Fraction(start) + Fraction(first, RATE), samples[first : first + size]))
    meter.finish()
    return meter
