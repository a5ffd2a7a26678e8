// The film from left to right: ruler, shots, beats, and a row for each tag. One canvas, however long the film is.

const HEIGHTS = { ruler: 24, shot: 46, beat: 26, tag: 20 };
const MOST_TAG_ROWS = 40;
const FINEST = 1.5; // pixels that a span is at least wide
const WIDE = 24; // pixels from which a shot shows its own picture and its whole edge
const NARROW_EDGE = 8; // pixels of the edges of narrower ones
const CLICK = 5; // pixels that a pointer may move and still be clicking

class Tracks extends Component {
  constructor() {
    super();
    this.draw = this.draw.bind(this);
  }

  componentDidMount() {
    this.watch = new ResizeObserver(this.draw);
    this.watch.observe(this.canvas);
    this.draw();
  }

  componentDidUpdate() {
    this.draw();
  }

  componentWillUnmount() {
    this.watch.disconnect();
  }

  render({ film, view }) {
    const step = (share) => () => this.props.onView(zoomed(view, share, film.length, (view.from + view.to) / 2));
    return html`<section class="tracks" aria-label="Tracks">
      <div class="bar">
        <h2>Along the film</h2>
        <output class="under-pointer" ref=${(node) => (this.told = node)}></output>
        <button title="Show less of the film (+)" aria-label="Zoom in" onClick=${step(0.5)}>+</button>
        <button title="Show more of the film (-)" aria-label="Zoom out" onClick=${step(2)}>−</button>
        <button title="Show the whole film (0)" onClick=${step(Infinity)}>Whole film</button>
      </div>
      <canvas
        ref=${(node) => (this.canvas = node)}
        role="img"
        aria-label="Time ruler with shots, beats and tags; the list below says the same in words"
        onPointerDown=${(event) => this.press(event)}
        onPointerMove=${(event) => this.move(event)}
        onPointerUp=${(event) => this.release(event)}
        onPointerCancel=${() => (this.pressed = null)}
        onPointerLeave=${() => (this.told.textContent = '')}
        onWheel=${(event) => this.wheel(event)}
      ></canvas>
    </section>`;
  }

  get gutter() {
    return Math.min(150, Math.round(this.canvas.clientWidth * 0.24));
  }

  // Where a frame is painted; asked for thousands of times while the size of the canvas stays what it is.
  x(frame) {
    return this.left + (this.props.film.seconds(frame) - this.props.view.from) * this.perSecond;
  }

  secondsAt(x) {
    const { view } = this.props;
    const share = (x - this.gutter) / Math.max(1, this.canvas.clientWidth - this.gutter);
    return view.from + share * (view.to - view.from);
  }

  // The rows of the canvas with their spans; made anew only where tags or beats have changed.
  rows() {
    const { analysis, names } = this.props;
    if (this.rowsOf !== analysis) {
      this.rowsOf = analysis;
      this.made = laidOut(analysis, names);
    }
    return this.made;
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.paint();
    });
  }

  paint() {
    const rows = this.rows();
    const height = rows.at(-1).top + rows.at(-1).height + 1;
    const context = prepared(this.canvas, height);
    const colours = coloursOf(this.canvas);
    const width = this.canvas.clientWidth;
    const { view } = this.props;
    this.left = this.gutter;
    this.right = width;
    this.perSecond = (width - this.left) / (view.to - view.from);
    rows.forEach((row, place) => {
      if (place % 2) {
        context.fillStyle = colours.line;
        context.fillRect(0, row.top, width, row.height);
      }
    });
    context.save();
    context.beginPath();
    context.rect(this.gutter, 0, width - this.gutter, height);
    context.clip();
    this.paintRuler(context, colours, height);
    this.paintShots(context, colours, rows[1]);
    rows.slice(2).forEach((row) => this.paintSpans(context, colours, row));
    this.paintPlace(context, colours, height);
    context.restore();
    context.fillStyle = colours.ink;
    context.font = `12px ${colours.font}`;
    rows.forEach((row) => {
      context.fillText(fitted(context, row.name, this.gutter - 10), 4, row.top + row.height / 2);
    });
  }

  paintRuler(context, colours, height) {
    const { view } = this.props;
    const room = this.canvas.clientWidth - this.gutter;
    const step = tickStep(view.to - view.from, room);
    context.font = `11px ${colours.font}`;
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      const x = this.gutter + ((at - view.from) / (view.to - view.from)) * room;
      context.fillStyle = colours.faint;
      context.globalAlpha = 0.35;
      context.fillRect(Math.round(x), HEIGHTS.ruler - 6, 1, height);
      context.globalAlpha = 1;
      const label = clockTime(at);
      if (x + 3 + context.measureText(label).width <= this.right) context.fillText(label, x + 3, HEIGHTS.ruler / 2);
    }
  }

  // Begins with the film's first shot wherever the view begins: which of many narrow shots are shown by their picture
  // must not change while the view moves.
  paintShots(context, colours, row) {
    const { analysis, pictures } = this.props;
    const foot = pictures.facts && this.shortest() * this.perSecond <= WIDE ? NARROW_EDGE : 0;
    let last = -Infinity;
    let free = -Infinity;
    for (const shot of analysis.shots) {
      const left = this.x(shot.start);
      if (left > this.right) break;
      const width = this.x(shot.end) - left;
      const isWide = width > WIDE;
      if (pictures.has(shot.index) && (isWide || left >= free)) {
        free = this.paintPicture(context, shot.index, { left, width: isWide ? width : 0 }, row, foot);
      }
      if (left - last < FINEST) continue;
      last = left;
      if (left + 1 < this.left) continue;
      const edge = isWide || !foot ? row.height - 2 : foot;
      context.fillStyle = colours.ink;
      context.globalAlpha = isWide ? 1 : 0.55;
      context.fillRect(left, row.top + row.height - 1 - edge, 1, edge);
      context.globalAlpha = 1;
    }
  }

  // Seconds.
  shortest() {
    const { film, analysis } = this.props;
    const length = (shot) => film.seconds(shot.end) - film.seconds(shot.start);
    this.least ??= analysis.shots.reduce((least, shot) => Math.min(least, length(shot)), Infinity);
    return this.least;
  }

  // Paint the picture of a shot, again and again as far as the shot is wide; of a narrow shot (width 0) once, for it
  // and those after it. `foot` pixels below it stay free. Returns where it ends.
  paintPicture(context, shot, { left, width }, row, foot) {
    const { facts } = this.props.pictures;
    const height = row.height - 4 - foot;
    const whole = (height * facts.width) / facts.height;
    const end = left + (width || whole);
    const first = left + Math.max(0, Math.floor((this.left - left) / whole)) * whole;
    context.save();
    context.beginPath();
    context.rect(left + 1, row.top + 2, end - left - 1, height);
    context.clip();
    for (let x = first; x < Math.min(end, this.right); x += whole) {
      this.props.pictures.paint(context, shot, { x: x + 1, y: row.top + 2, width: whole, height }, this.draw);
    }
    context.restore();
    return end;
  }

  paintSpans(context, colours, row) {
    context.font = `11px ${colours.font}`;
    for (const span of row.spans) {
      const left = this.x(span.start);
      const width = Math.max(FINEST, this.x(span.end) - left);
      if (left > this.right || left + width < this.left) continue;
      context.fillStyle = span.colour;
      context.fillRect(left, row.top + 3, width, row.height - 6);
      if (width > 4) {
        context.strokeStyle = colours.faint;
        context.strokeRect(left + 0.5, row.top + 3.5, width - 1, row.height - 7);
      } else {
        // too narrow for an edge of its own, a pale one would be lost
        context.fillStyle = colours.ink;
        context.globalAlpha = 0.35;
        context.fillRect(left, row.top + 3, width, row.height - 6);
        context.globalAlpha = 1;
      }
      const begin = Math.max(left, this.left) + 4;
      const text = row.named ? fitted(context, span.name, left + width - begin - 4) : '';
      context.fillStyle = inkOn(span.colour);
      context.fillText(text, begin, row.top + row.height / 2);
    }
  }

  paintPlace(context, colours, height) {
    context.fillStyle = colours.accent;
    context.fillRect(this.x(this.props.frame) - 1, 0, 2, height);
  }

  press(event) {
    this.pressed = { x: event.offsetX, view: this.props.view, moved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    this.tell(event);
    if (!this.pressed) return;
    const { view } = this.pressed;
    const by = event.offsetX - this.pressed.x;
    if (Math.abs(by) > CLICK) this.pressed.moved = true;
    if (!this.pressed.moved) return;
    const seconds = (by * (view.to - view.from)) / Math.max(1, this.canvas.clientWidth - this.gutter);
    this.props.onView(shifted(view, -seconds, this.props.film.length));
  }

  release(event) {
    const clicked = this.pressed && !this.pressed.moved;
    this.pressed = null;
    if (!clicked || event.offsetX < this.gutter) return;
    const frame = this.props.film.frameAt(this.secondsAt(event.offsetX));
    this.props.onSeek(frame, this.spanAt(event)?.record);
  }

  wheel(event) {
    const { film, view } = this.props;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const share = Math.exp(event.deltaY * 0.004);
      this.props.onView(zoomed(view, share, film.length, this.secondsAt(event.offsetX)));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = (event.deltaX || event.deltaY) / Math.max(1, this.canvas.clientWidth - this.gutter);
      this.props.onView(shifted(view, by * (view.to - view.from), film.length));
    }
  }

  spanAt(event) {
    const frame = this.props.film.frameAt(this.secondsAt(event.offsetX));
    const row = this.rows().find(({ top, height }) => event.offsetY >= top && event.offsetY < top + height);
    return row?.spans.find((span) => span.start <= frame && frame < span.end);
  }

  tell(event) {
    const { film, analysis } = this.props;
    const seconds = this.secondsAt(event.offsetX);
    if (event.offsetX < this.gutter || seconds < 0 || seconds > film.length) {
      this.told.textContent = '';
      return;
    }
    const frame = film.frameAt(seconds);
    const span = this.spanAt(event);
    const shot = analysis.shots.length ? `shot ${shotAt(analysis, frame) + 1}` : '';
    this.told.textContent = [film.timecode(frame), shot, span?.name].filter(Boolean).join(' · ');
  }
}

function laidOut(analysis, names) {
  const span = (kind, record, slug) => {
    const { start, end } = record;
    return { ...names.of(kind, slug), start, end, record };
  };
  const beats = analysis.beats.map((beat) => span('beat', beat, beat.category));
  const tags = new Map();
  for (const one of [...analysis.tag_spans].sort((a, b) => b.strength - a.strength)) {
    if (!tags.has(one.tag)) tags.set(one.tag, []);
    tags.get(one.tag).push(span('tag', one, one.tag));
  }
  const rows = [
    { name: '', height: HEIGHTS.ruler, spans: [] },
    { name: 'Shots', height: HEIGHTS.shot, spans: [] },
    { name: 'Beats', height: HEIGHTS.beat, spans: beats, named: true },
    ...[...tags.values()].slice(0, MOST_TAG_ROWS).map((spans) => {
      return { name: spans[0].name, height: HEIGHTS.tag, spans };
    }),
  ];
  if (tags.size > MOST_TAG_ROWS) {
    rows.push({ name: `${tags.size - MOST_TAG_ROWS} more tags`, height: HEIGHTS.tag, spans: [] });
  }
  let top = 0;
  for (const row of rows) {
    row.top = top;
    top += row.height;
  }
  return rows;
}

// What is seen of a film of `length` seconds, as {from, to}, moved by some seconds.
function shifted(view, seconds, length) {
  const wide = view.to - view.from;
  const from = Math.min(Math.max(0, view.from + seconds), Math.max(0, length - wide));
  return { from, to: from + wide };
}

// The same, `share` times as long, with `middle` staying where it is.
function zoomed(view, share, length, middle) {
  const wide = Math.min(length, Math.max(Math.min(2, length), (view.to - view.from) * share));
  const at = (middle - view.from) / (view.to - view.from);
  return shifted({ from: middle - at * wide, to: middle + (1 - at) * wide }, 0, length);
}
