// The place in the film: the film itself where it can be played, else its key frame; and what is said of the place.

class Player extends Component {
  componentDidUpdate(before) {
    if (this.video && this.props.asked !== before.asked) this.show(this.props.frame);
  }

  // Where the browser's clock has the first frame. Browsers differ where a file's own clock begins late, so the first
  // picture that is shown tells, unless somebody went elsewhere before it was.
  get offset() {
    return this.measured ?? this.props.video.offset;
  }

  measure() {
    this.video.requestVideoFrameCallback?.((_, { mediaTime }) => {
      if (this.props.asked === 0 && this.video.paused) this.measured = mediaTime;
    });
  }

  // Half a frame late, so that rounding does not show the one before.
  show(frame) {
    const { film } = this.props;
    const half = Math.max(0, film.seconds(frame + 1) - film.seconds(frame)) / 2;
    this.goTo(film.seconds(frame) + half + this.offset);
  }

  // Where a file's clock begins late, Chromium takes it for shorter than it is and stops at what it has seen of it;
  // having read on from there, it knows more.
  goTo(seconds) {
    this.beyond = seconds > this.video.duration ? seconds : null;
    this.video.currentTime = seconds;
  }

  goOn() {
    if (this.beyond) this.goTo(this.beyond);
  }

  follow() {
    const { film, onPlayed } = this.props;
    onPlayed(film.frameAt(this.video.currentTime - this.offset));
  }

  toggle() {
    if (!this.video) return;
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  render({ analysis, film, frame, names, pictures, video, onUnplayable }) {
    const shot = shotAt(analysis, frame);
    return html`<section class="player" aria-label="The place in the film">
      ${video
        ? html`<video
            ref=${(node) => (this.video = node)}
            src=${video.source}
            controls
            preload="metadata"
            playsinline
            onLoadedMetadata=${() => this.measure()}
            onTimeUpdate=${() => this.follow()}
            onDurationChange=${() => this.goOn()}
            onPlay=${() => (this.beyond = null)}
            onSeeked=${() => this.video.paused || this.follow()}
            onError=${onUnplayable}
          ></video>`
        : html`<${Still} pictures=${pictures} shot=${shot} />`}
      <p class="place">
        <time class="timecode">${film.timecode(frame)}</time>
        <span>${clockTime(film.seconds(frame))} of ${clockTime(film.length)}</span>
        <span>frame ${frame}</span>
        ${analysis.shots.length > 0 && html`<span>shot ${shot + 1} of ${analysis.shots.length}</span>`}
      </p>
      <p class="here">${hereOf(analysis, frame, names).map((one) => html`<${Chip} ...${one} />`)}</p>
    </section>`;
  }
}

function Still({ pictures, shot }) {
  if (!pictures.facts) return html`<p class="still none">This page holds no pictures of the film.</p>`;
  if (!pictures.has(shot)) return html`<p class="still none">This shot has no picture here.</p>`;
  return html`<div class="still"><span class="cut" style=${pictures.style(shot, 320)}></span></div>`;
}

function Chip({ name, colour }) {
  return html`<span class="chip" style=${{ backgroundColor: colour, color: inkOn(colour) }}><bdi>${name}</bdi></span>`;
}

function hereOf(analysis, frame, names) {
  const holds = (record) => record.start <= frame && frame < record.end;
  return [
    ...analysis.beats.filter(holds).map((beat) => names.of('beat', beat.category)),
    ...analysis.tag_spans.filter(holds).map((span) => names.of('tag', span.tag)),
  ];
}
