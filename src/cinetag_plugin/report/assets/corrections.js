// What a person makes of tags and beats. The analysis is never changed in place: each change makes a new one, so
// that it can be taken back, and everything that nobody touched stays as it was read.

const PERSON = 'person';

// Where records of a kind stand in the analysis, and which of their fields names what they are.
const RECORDS = {
  beat: { list: 'beats', name: 'category' },
  tag: { list: 'tag_spans', name: 'tag' },
  film: { list: 'tags', name: 'tag' },
};

class Corrections {
  constructor(analysis, numberKey) {
    this.analysis = analysis;
    this.numberKey = numberKey;
    this.past = [];
    this.saved = analysis;
  }

  get unsaved() {
    return this.saved !== this.analysis;
  }

  accept(kind, record) {
    this.change(kind, record, (old) => ({ ...old, origin: PERSON }));
  }

  rename(kind, record, slug) {
    const { name } = RECORDS[kind];
    this.change(kind, record, (old) => ({ ...old, [name]: slug, origin: PERSON }));
  }

  reject(kind, record) {
    this.change(kind, record, () => null);
  }

  undo() {
    if (this.past.length) this.analysis = this.past.pop();
  }

  // `made` gives what a record becomes, null for nothing. What is said of a tag in the whole film is said of each of
  // its spans too.
  change(kind, record, made) {
    const lists = {};
    const swap = (where, meant) => {
      const { list } = RECORDS[where];
      const kept = this.analysis[list].map((old) => (meant(old) ? made(old) : old));
      lists[list] = kept.filter((one) => one !== null);
    };
    swap(kind, (old) => old === record);
    if (kind === 'film') {
      lists.tags = merged(lists.tags, this.analysis.tags);
      swap('tag', (old) => old.tag === record.tag);
    }
    this.past.push(this.analysis);
    this.analysis = { ...this.analysis, ...lists };
  }

  // The analysis as a document, integers of any size as they came.
  text() {
    const digits = new RegExp(`\\{\\s*"${this.numberKey}":\\s*"(-?\\d+)"\\s*\\}`, 'g');
    return `${JSON.stringify(this.analysis, null, 1).replace(digits, '$1')}\n`;
  }
}

// A tag that got the name of another is that other: the figures that were measured for it remain.
function merged(tags, before) {
  const renamed = tags.find((tag) => !before.includes(tag));
  const other = renamed && tags.find((tag) => tag !== renamed && tag.tag === renamed.tag);
  if (!other) return tags;
  const kept = tags.filter((tag) => tag !== renamed);
  return kept.map((tag) => (tag === other ? { ...tag, origin: PERSON } : tag));
}
