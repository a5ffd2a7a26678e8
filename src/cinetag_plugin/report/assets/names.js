// What tags and beat categories are called and how they are coloured.

const PARTS = { beat: 'categories', tag: 'tags', film: 'tags' };

class Names {
  constructor(data) {
    this.known = {
      tags: new Map(Object.entries(data.tags)),
      categories: new Map(Object.entries(data.categories)),
    };
    this.other = data.unknown_colour;
  }

  of(kind, slug) {
    const known = this.known[PARTS[kind]].get(slug);
    return known || { name: spoken(slug), colour: this.other, group: 'other' };
  }

  // What can be chosen from, as [slug, name], in the order of their names.
  choices(kind) {
    const all = [...this.known[PARTS[kind]]].map(([slug, { name }]) => [slug, name]);
    return all.sort((a, b) => a[1].localeCompare(b[1]));
  }

  // The slug that somebody means who types a name; a new one where nobody knows the name.
  resolve(kind, typed) {
    const slug = slugOf(typed);
    const known = this.known[PARTS[kind]];
    if (known.has(slug)) return slug;
    for (const [other, { name }] of known) if (slugOf(name) === slug) return other;
    return slug;
  }
}

function slugOf(typed) {
  const folded = typed.normalize('NFKC').toLowerCase();
  return folded.replace(/[^\p{L}\p{N}_]+/gu, '_').replace(/^_+|_+$/g, '');
}

function spoken(slug) {
  const words = slug.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
