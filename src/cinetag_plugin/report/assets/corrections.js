// What a person makes of tags and beats. The analysis is never changed in place: each change makes a new one, so
// that it can be taken back, and everything that nobody touched stays as it was read.

const PERSON = 'person';

// Which field of records of a kind names what they are; `film` is a tag of the whole film.
const NAME_FIELDS = { beat: 'category', tag: 'tag', film: 'tag' };

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
    const accepted = (old) => ({ ...old, origin: PERSON });
    const analysis = this.swapped(kind, record, accepted);
    const tags = analysis.tags.map((old) => (old === record ? accepted(old) : old));
    this.change({ ...analysis, tags });
  }

  rename(kind, record, slug) {
    const name = NAME_FIELDS[kind];
    if (record[name] === slug) this.accept(kind, record);
    else this.correct(kind, record, slug, (old) => ({ ...old, [name]: slug, origin: PERSON }));
  }

  reject(kind, record) {
    this.correct(kind, record, null, () => null);
  }

  undo() {
    if (this.past.length) this.analysis = this.past.pop();
  }

  // `became` is the new name, null for none. What was corrected is noted, so that it outlives a new analysis.
  correct(kind, record, became, made) {
    const isFilm = kind === 'film';
    const { start, end } = isFilm ? { start: 0, end: this.analysis.film.frames } : record;
    const name = record[NAME_FIELDS[kind]];
    const correction = { kind: kind === 'beat' ? 'beat' : 'tag', name, start, end, became };
    const analysis = this.swapped(kind, record, made);
    if (kind !== 'beat') this.change(recounted(analysis, correction, isFilm));
    else this.change({ ...analysis, corrections: [...analysis.corrections, correction] });
  }

  // The analysis with a beat or a span made into something else, or into nothing where `made` gives null. What is said
  // of a tag of the film is said of each of its spans.
  swapped(kind, record, made) {
    const list = kind === 'beat' ? 'beats' : 'tag_spans';
    const meant = (old) => (kind === 'film' ? old.tag === record.tag : old === record);
    const swapped = this.analysis[list].map((old) => (meant(old) ? made(old) : old));
    return { ...this.analysis, [list]: swapped.filter((one) => one !== null) };
  }

  change(analysis) {
    this.past.push(this.analysis);
    this.analysis = analysis;
  }

  // The analysis as a document, integers of any size as they came.
  text() {
    const digits = new RegExp(`\\{\\s*"${this.numberKey}":\\s*"(-?\\d+)"\\s*\\}`, 'g');
    return `${JSON.stringify(this.analysis, null, 1).replace(digits, '$1')}\n`;
  }
}
