// Strengths of a film's tags after corrections: equations 5 and 6 over what was left standing. The same rule as in
// tags/corrected.py: scores of key frames stay what the models said; what was rejected on some frames counts for none
// of the key frames there, what was renamed counts under its new name with the probability of the old one.

const TAGS_PER_KEY_FRAME = 3;
const EQUAL = 1e-9;

// The figures of each tag, as a map from its slug.
function strengthsOf(keyFrames, corrections, weighting) {
  const probabilities = new Map();
  for (const keyFrame of keyFrames) {
    if (!keyFrame.accepted) continue;
    for (const [tag, probability] of leftOf(keyFrame, corrections)) {
      if (!probabilities.has(tag)) probabilities.set(tag, []);
      probabilities.get(tag).push(probability);
    }
  }
  const all = [...probabilities.values()].reduce((sum, found) => sum + found.length, 0);
  const rows = [...probabilities].map(([tag, found]) => {
    const sum = found.reduce((a, b) => a + b, 0);
    return { tag, count: found.length, weight: weighting(found.length, sum, all), probability_sum: sum };
  });
  const lowest = Math.min(...rows.map((row) => row.weight));
  const highest = Math.max(...rows.map((row) => row.weight));
  const equal = highest - lowest <= EQUAL * highest;
  const relative = (weight) => (equal ? 1 : (weight - lowest) / (highest - lowest));
  return new Map(rows.map((row) => [row.tag, { ...row, relative_strength: relative(row.weight) }]));
}

const PAPER = (count, sum, all) => (count / all) * sum;
const LOG = (count, sum) => (Math.log1p(count) * sum) / count;

// The analysis does not name its weighting; its figures do.
function weightingOf(tags) {
  const is = (tag) => Math.abs(LOG(tag.count, tag.probability_sum) - tag.weight) <= 1e-6 * tag.weight;
  return tags.length && tags.every(is) ? LOG : PAPER;
}

// What corrections leave of a key frame's best tags: a map from slug to probability.
function leftOf(keyFrame, corrections) {
  const left = new Map();
  for (const { tag, probability } of [...keyFrame.tags].sort((a, b) => b.probability - a.probability)) {
    if (!left.has(tag) && left.size < TAGS_PER_KEY_FRAME) left.set(tag, probability);
  }
  for (const { kind, name, start, end, became } of corrections) {
    if (kind !== 'tag' || !left.has(name) || keyFrame.frame < start || keyFrame.frame >= end) continue;
    const probability = left.get(name);
    left.delete(name);
    if (became !== null) left.set(became, Math.max(probability, left.get(became) ?? 0));
  }
  return left;
}

// An analysis with the figures of its tags as one more correction leaves them, and the strengths of its spans. Figures
// that were not counted from its key frames, such as a plugin's, stay; their tag goes, or changes its name, where the
// whole film is meant.
function recounted(analysis, correction, isWholeFilm) {
  const { tags, key_frames: keyFrames, corrections } = analysis;
  const weighting = weightingOf(tags);
  const before = strengthsOf(keyFrames, corrections, weighting);
  const after = strengthsOf(keyFrames, [...corrections, correction], weighting);
  const { name, became } = correction;
  const rows = new Map();
  for (const tag of tags) {
    if (before.get(tag.tag)?.count === tag.count) {
      if (after.has(tag.tag)) rows.set(tag.tag, { ...tag, ...after.get(tag.tag) });
    } else if (!isWholeFilm || tag.tag !== name) rows.set(tag.tag, tag);
    else if (became !== null && !tags.some((other) => other.tag === became)) {
      rows.set(became, { ...tag, tag: became });
    }
  }
  if (after.has(became) && !rows.has(became)) rows.set(became, { ...after.get(became), origin: PERSON });
  if (isWholeFilm && rows.has(became)) rows.set(became, { ...rows.get(became), origin: PERSON });
  const strongest = (a, b) => b.relative_strength - a.relative_strength || (a.tag < b.tag ? -1 : 1);
  const strength = (span) => rows.get(span.tag)?.relative_strength ?? span.strength;
  return {
    ...analysis,
    tags: [...rows.values()].sort(strongest),
    tag_spans: analysis.tag_spans.map((span) => ({ ...span, strength: strength(span) })),
    corrections: [...corrections, correction],
  };
}
