// The list of shots, beats and tag spans. Only the rows that are seen stand in the page.

const KINDS = { beat: 'Beats', tag: 'Tags', shot: 'Shots' };
const NARROW = window.matchMedia('(max-width: 640px)');
const SPARE_ROWS = 4;

class EventList extends Component {
  constructor() {
    super();
    this.state = { first: 0 };
  }

  get rowHeight() {
    return NARROW.matches ? 96 : 60;
  }

  componentDidUpdate(before) {
    const { events, selected } = this.props;
    if (selected === before.selected || !selected) return;
    const place = events.findIndex((event) => event.record === selected);
    if (place < 0) return;
    const top = place * this.rowHeight;
    const { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + clientHeight) {
      this.box.scrollTop = top + this.rowHeight - clientHeight;
    }
  }

  scrolled() {
    const first = Math.floor(this.box.scrollTop / this.rowHeight);
    if (first !== this.state.first) this.setState({ first });
  }

  render({ events, total, wanted, onWanted }, state) {
    const height = this.rowHeight;
    const room = Math.ceil(window.innerHeight / height) + 2 * SPARE_ROWS;
    // a list that became shorter is told late that it was scrolled back
    const first = Math.max(0, Math.min(state.first - SPARE_ROWS, events.length - room));
    return html`<section class="events" aria-label="Shots, beats and tags">
      <div class="bar">
        <h2>List</h2>
        <${Search} wanted=${wanted} onWanted=${onWanted} />
        <output class="count">${events.length} of ${total}</output>
      </div>
      <div
        class="rows"
        role="list"
        tabindex="0"
        ref=${(node) => (this.box = node)}
        onScroll=${() => this.scrolled()}
      >
        <div class="all" style=${{ height: `${events.length * height}px` }}>
          ${events.slice(first, first + room).map((event, place) => {
            const top = (first + place) * height;
            return html`<${Row} key=${first + place} ...${this.props} event=${event} top=${top} height=${height} />`;
          })}
        </div>
        ${events.length === 0 && html`<p class="none">Nothing here is like that.</p>`}
      </div>
    </section>`;
  }
}

function Search({ wanted, onWanted }) {
  const toggled = (kind) => () => {
    const kinds = new Set(wanted.kinds);
    if (!kinds.delete(kind)) kinds.add(kind);
    onWanted({ ...wanted, kinds });
  };
  return html`<search class="search">
    <input
      id="words"
      type="search"
      placeholder="Search names and times (/)"
      aria-label="Search"
      value=${wanted.words}
      onInput=${(event) => onWanted({ ...wanted, words: event.target.value })}
    />
    ${Object.entries(KINDS).map(([kind, name]) => {
      return html`<button aria-pressed=${String(wanted.kinds.has(kind))} onClick=${toggled(kind)}>${name}</button>`;
    })}
    <label>
      at least
      <input
        type="number"
        min="0"
        max="1"
        step="0.05"
        value=${wanted.least}
        aria-label="Least confidence or probability"
        onInput=${(event) => onWanted({ ...wanted, least: Number(event.target.value) })}
      />
    </label>
    <label>
      <input
        type="checkbox"
        checked=${wanted.unchecked}
        onChange=${(event) => onWanted({ ...wanted, unchecked: event.target.checked })}
      />
      not checked yet
    </label>
  </search>`;
}

function Row({ event, top, height, film, pictures, selected, onPick, ...does }) {
  const isSelected = event.record === selected;
  const length = clockTime(film.seconds(event.end) - film.seconds(event.start));
  const style = { transform: `translateY(${top}px)`, height: `${height}px` };
  return html`<div
    class="row ${isSelected ? 'selected' : ''}"
    role="listitem"
    aria-current=${isSelected ? 'true' : null}
    style=${style}
    onClick=${() => onPick(event)}
  >
    <span class="picture">
      ${pictures.has(event.shot) && html`<span class="cut" style=${pictures.style(event.shot, 84)}></span>`}
    </span>
    <span class="facts">
      <span class="first">
        <time>${event.at}</time>
        ${event.colour && html`<span class="dot" style=${{ backgroundColor: event.colour }}></span>`}
        <bdi class="name">${event.name}</bdi>
        <${Origin} record=${event.record} />
      </span>
      <span class="said">${[length, event.said].filter(Boolean).join(' · ')}</span>
    </span>
    ${event.kind !== 'shot' && html`<${Decide} kind=${event.kind} record=${event.record} ...${does} />`}
  </div>`;
}

function Origin({ record, brief }) {
  const said = brief ? '✓' : '✓ checked';
  return record.origin === PERSON && html`<span class="checked" title="Said by a person">${said}</span>`;
}

function Decide({ kind, record, onAccept, onRename, onReject }) {
  const does = (what) => (event) => {
    event.stopPropagation();
    what(kind, record);
  };
  return html`<span class="decide">
    <button class="accept" title="It is right (a)" onClick=${does(onAccept)}>Accept</button>
    <button class="rename" title="Call it something else (r)" onClick=${does(onRename)}>Rename</button>
    <button class="reject" title="It is wrong: take it out (x)" onClick=${does(onReject)}>Reject</button>
  </span>`;
}
