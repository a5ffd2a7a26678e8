// The page as a whole: which film, which place of it, what is chosen, and what has been changed.

const THEMES = ['light dark', 'dark', 'light'];
const THEME_NAMES = { 'light dark': 'System colours', dark: 'Dark', light: 'Light' };

class Page extends Component {
  constructor(props) {
    super(props);
    const { data } = props;
    this.names = new Names(data);
    this.works = data.films.map(() => null);
    this.state = { ...this.opened(0), theme: keptTheme() };
    document.documentElement.style.colorScheme = this.state.theme;
  }

  // A film's own state; what was changed in a film stays when another is looked at.
  opened(number) {
    this.works[number] ??= work(this.props.data, number);
    const { film } = this.works[number];
    return {
      number,
      frame: 0,
      asked: 0,
      selected: null,
      view: { from: 0, to: film.length },
      wanted: { words: '', kinds: new Set(['beat', 'tag', 'shot']), least: 0, unchecked: false },
      playable: true,
      dialog: null,
    };
  }

  get work() {
    return this.works[this.state.number];
  }

  get analysis() {
    return this.work.corrections.analysis;
  }

  componentDidMount() {
    window.addEventListener('keydown', (event) => onKey(this, event));
    window.addEventListener('beforeunload', (event) => {
      if (this.works.some((one) => one?.corrections.unsaved)) event.preventDefault();
    });
    NARROW.addEventListener('change', () => this.forceUpdate());
  }

  // All events of the analysis, made once for each state of it.
  events() {
    if (this.eventsMade !== this.analysis) {
      this.eventsMade = this.analysis;
      this.allEvents = eventsOf(this.analysis, this.work.film, this.names);
    }
    return this.allEvents;
  }

  listed() {
    const { wanted } = this.state;
    const all = this.events();
    if (this.listedOf !== all || this.listedWanted !== wanted) {
      Object.assign(this, { listedOf: all, listedWanted: wanted, list: found(all, wanted) });
    }
    return this.list;
  }

  seek(frame, selected = this.state.selected) {
    const { film } = this.work;
    const at = Math.min(Math.max(0, frame), film.frames - 1);
    this.setState({ frame: at, asked: this.state.asked + 1, selected, view: this.viewOf(at) });
  }

  viewOf(frame) {
    const { film } = this.work;
    const { view } = this.state;
    const seconds = film.seconds(frame);
    const seen = view.from <= seconds && seconds <= view.to;
    return seen ? view : shifted(view, seconds - (view.from + view.to) / 2, film.length);
  }

  zoom(share) {
    const { film } = this.work;
    const { frame, view } = this.state;
    this.setState({ view: zoomed(view, share, film.length, film.seconds(frame)) });
  }

  stepShot(by) {
    const { shots } = this.analysis;
    const shot = shots[shotAt(this.analysis, this.state.frame) + by];
    if (shot) this.seek(shot.start);
  }

  stepLine(by) {
    const list = this.listed();
    const place = list.findIndex((event) => event.record === this.state.selected);
    const event = place < 0 ? list[0] : list[place + by];
    if (event) this.seek(event.start, event.record);
  }

  chosen() {
    return this.events().find((event) => event.record === this.state.selected && event.kind !== 'shot');
  }

  decide(what) {
    const event = this.chosen();
    if (event) this[what](event.kind, event.record);
  }

  accept(kind, record) {
    this.changed(() => this.work.corrections.accept(kind, record));
  }

  reject(kind, record) {
    this.changed(() => this.work.corrections.reject(kind, record));
  }

  rename(kind, record) {
    const old = this.names.of(kind, record[NAME_FIELDS[kind]]).name;
    this.setState({ dialog: { kind: 'rename', old, of: [kind, record] } });
  }

  renamed(slug) {
    const [kind, record] = this.state.dialog.of;
    this.changed(() => this.work.corrections.rename(kind, record, slug));
  }

  undo() {
    this.changed(() => this.work.corrections.undo());
  }

  // Make a change; the line that was chosen stays chosen, or the one that took its place.
  changed(change) {
    const place = this.listed().findIndex((event) => event.record === this.state.selected);
    change();
    const list = this.listed();
    const next = place < 0 ? null : list[Math.min(place, list.length - 1)];
    this.setState({ selected: next?.record ?? null });
  }

  save() {
    const { corrections, fileName } = this.work;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([corrections.text()], { type: 'application/json' }));
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    corrections.saved = corrections.analysis;
    this.forceUpdate();
  }

  changeTheme() {
    const theme = THEMES[(THEMES.indexOf(this.state.theme) + 1) % THEMES.length];
    document.documentElement.style.colorScheme = theme;
    keepTheme(theme);
    this.setState({ theme });
  }

  look(wanted) {
    this.setState({ wanted });
  }

  render({ data }, state) {
    const { film, pictures, video, title } = this.work;
    const shared = { film, pictures, names: this.names, analysis: this.analysis, frame: state.frame };
    const does = {
      onAccept: (kind, record) => this.accept(kind, record),
      onRename: (kind, record) => this.rename(kind, record),
      onReject: (kind, record) => this.reject(kind, record),
    };
    return html`
      <${Head} page=${this} films=${data.films} title=${title} />
      <main key=${state.number}>
        <${Player}
          ...${shared}
          ref=${(player) => (this.player = player)}
          asked=${state.asked}
          video=${state.playable && video}
          onPlayed=${(frame) => frame !== state.frame && this.setState({ frame, view: this.viewOf(frame) })}
          onUnplayable=${() => this.setState({ playable: false })}
        />
        <${Strengths} ...${shared} ...${does} onWords=${(words) => this.look({ ...state.wanted, words })} />
        <${Tracks}
          ...${shared}
          view=${state.view}
          theme=${state.theme}
          onView=${(view) => this.setState({ view })}
          onSeek=${(frame, selected) => this.seek(frame, selected)}
        />
        <${EventList}
          ...${shared}
          ...${does}
          events=${this.listed()}
          total=${this.events().length}
          selected=${state.selected}
          wanted=${state.wanted}
          onWanted=${(wanted) => this.look(wanted)}
          onPick=${(event) => this.seek(event.start, event.record)}
        />
      </main>
      ${this.asking(state.dialog)}
    `;
  }

  asking(dialog) {
    const close = () => this.setState({ dialog: null });
    if (dialog?.kind === 'help') return html`<${HelpDialog} onClose=${close} />`;
    if (dialog?.kind !== 'rename') return null;
    const [kind] = dialog.of;
    return html`<${RenameDialog}
      kind=${kind}
      old=${dialog.old}
      names=${this.names}
      onRename=${(slug) => this.renamed(slug)}
      onClose=${close}
    />`;
  }
}

function Head({ page, films, title }) {
  const { corrections } = page.work;
  const open = (event) => page.setState(page.opened(Number(event.target.value)));
  return html`<header>
    <h1><bdi>${title}</bdi></h1>
    ${films.length > 1 &&
    html`<select aria-label="Film" value=${page.state.number} onChange=${open}>
      ${films.map((film, number) => html`<option value=${number}>${film.title}</option>`)}
    </select>`}
    <span class="tools">
      <button id="undo" disabled=${corrections.past.length === 0} onClick=${() => page.undo()}>Undo</button>
      <button id="save" class=${corrections.unsaved ? 'wanted' : ''} onClick=${() => page.save()}>
        Save corrected analysis
      </button>
      <button id="theme" title="Dark or light (t)" onClick=${() => page.changeTheme()}>
        ${THEME_NAMES[page.state.theme]}
      </button>
      <button title="Keys (?)" aria-label="Keys" onClick=${() => page.setState({ dialog: { kind: 'help' } })}>?</button>
    </span>
  </header>`;
}

// Everything of one film that outlives looking at another.
function work(data, number) {
  const facts = data.films[number];
  return {
    title: facts.title,
    fileName: facts.file_name,
    film: new Film(facts.document.film, facts.timecode),
    pictures: new Pictures(facts.pictures, facts.pictures ? JSON.parse(textOf(`pictures-${number}`)) : []),
    corrections: new Corrections(facts.document, facts.number_key),
    video: facts.video,
  };
}

// Pages from files may be denied a store of their own: then the choice holds while the page is open.
function keptTheme() {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem('cinetag-theme')) || THEMES[0];
  } catch {
    return THEMES[0];
  }
}

function keepTheme(theme) {
  try {
    localStorage.setItem('cinetag-theme', theme);
  } catch {
    // see above
  }
}

function begin(data) {
  document.title = data.films.map((film) => film.title).join(', ');
  render(html`<${Page} data=${data} />`, document.getElementById('page'));
}

unpacked('data').then(begin, (fault) => {
  document.getElementById('page').textContent = `This browser cannot read the page: ${fault.message}. Try a newer one.`;
});
