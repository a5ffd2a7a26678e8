'use strict';

const { h, Component, render } = preact;
const html = htm.bind(h);

// A film's clock and its labels. Frames are counted from 0, seconds from the film's first frame.

function ratio(text) {
  const [above, below] = text.split('/').map(Number);
  return above / (below || 1);
}

// what JavaScript cannot hold exactly comes as an object around its digits
function nearest(integer) {
  return Number(typeof integer === 'object' ? Object.values(integer)[0] : integer);
}

class Film {
  constructor(facts, labels) {
    this.frames = facts.frames;
    this.rate = ratio(facts.rate);
    this.base = ratio(facts.time_base);
    this.runs = facts.timing.map((run) => ({
      frame: run.frame,
      pts: nearest(run.pts) - nearest(facts.timing[0].pts),
      step: nearest(run.step),
    }));
    this.labels = labels;
    this.length = Math.max(this.seconds(this.frames), 0.001);
  }

  seconds(frame) {
    const after = lowest(this.runs.length, (place) => this.runs[place].frame > frame);
    const run = this.runs[Math.max(0, after - 1)];
    return (run.pts + (frame - run.frame) * run.step) * this.base;
  }

  frameAt(seconds) {
    const after = lowest(this.frames, (frame) => this.seconds(frame) > seconds);
    return Math.min(Math.max(0, after - 1), this.frames - 1);
  }

  // the frame's label, or, at rates that have none, its time
  timecode(frame) {
    if (!this.labels) return exactTime(this.seconds(frame));
    const { start, nominal, dropped, day, rate } = this.labels;
    const place = rate ? Math.floor(this.seconds(frame) * rate + 0.5) : frame;
    let label = (start + place) % day;
    if (dropped) {
      const minute = 60 * nominal - dropped;
      const ten = 10 * minute + dropped;
      const rest = label % ten;
      label += 9 * dropped * Math.floor(label / ten);
      if (rest >= dropped) label += dropped * Math.floor((rest - dropped) / minute);
    }
    const digits = nominal > 100 ? 3 : 2;
    const whole = Math.floor(label / nominal);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const count = String(label % nominal).padStart(digits, '0');
    return parts.map((part) => String(part).padStart(2, '0')).join(':') + (dropped ? ';' : ':') + count;
  }
}

// The lowest of 0 … count for which something holds that holds for all above it.
function lowest(count, holds) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function exactTime(seconds) {
  return `${clockTime(seconds)}.${String(Math.round(seconds * 1000) % 1000).padStart(3, '0')}`;
}

function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-9));
  const rest = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}
