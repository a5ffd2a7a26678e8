// What is asked in a box of its own: a new name; and the list of keys.

class Dialog extends Component {
  componentDidMount() {
    this.box.showModal();
  }

  render({ title, children, onClose }) {
    return html`<dialog ref=${(node) => (this.box = node)} onClose=${onClose} aria-label=${title}>
      <h2>${title}</h2>
      ${children}
    </dialog>`;
  }
}

function RenameDialog({ kind, old, names, onRename, onClose }) {
  const submit = (event) => {
    event.preventDefault();
    const slug = names.resolve(kind, event.target.elements.name.value);
    if (slug) onRename(slug);
    onClose();
  };
  return html`<${Dialog} title="Rename" onClose=${onClose}>
    <form onSubmit=${submit}>
      <label>
        <span>What <bdi>${old}</bdi> is:</span>
        <input name="name" list="names" required autocomplete="off" autofocus />
      </label>
      <datalist id="names">
        ${names.choices(kind).map(([slug, name]) => html`<option key=${slug} value=${name}></option>`)}
      </datalist>
      <p class="said">A name that is not in the list becomes one of its own.</p>
      <button type="submit">Rename</button>
      <button type="button" onClick=${onClose}>Cancel</button>
    </form>
  <//>`;
}

function HelpDialog({ onClose }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl>
      ${KEYS.map(([, shown, said]) => html`<dt><kbd>${shown}</kbd></dt><dd>${said}</dd>`)}
    </dl>
    <button onClick=${onClose}>Close</button>
  <//>`;
}
