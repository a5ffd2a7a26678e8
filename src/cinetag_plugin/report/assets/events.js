// The rows of the list: shots, beats and tag spans of an analysis, and which of them are looked for.

function eventsOf(analysis, film, names) {
  const digits = Math.max(3, String(analysis.shots.length).length);
  const event = (kind, record, facts) => {
    const at = film.timecode(record.start);
    return { kind, record, start: record.start, end: record.end, at, said: '', score: null, ...facts };
  };
  const shots = analysis.shots.map((shot) =>
    event('shot', shot, {
      name: `Shot ${String(shot.index + 1).padStart(digits, '0')}`,
      shot: shot.index,
      said: shot.transition_in.kind === 'start' ? '' : `${shot.transition_in.kind} in`,
    }),
  );
  const beats = analysis.beats.map((beat) =>
    event('beat', beat, {
      ...names.of('beat', beat.category),
      shot: beat.key_shot ?? beat.shots[0] ?? shotAt(analysis, beat.start),
      score: beat.confidence,
      said: `beat, confidence ${beat.confidence.toFixed(2)}`,
    }),
  );
  const tags = analysis.tag_spans.map((span) =>
    event('tag', span, {
      ...names.of('tag', span.tag),
      shot: span.shots[0] ?? shotAt(analysis, span.start),
      score: span.probability,
      said: `tag, probability ${span.probability.toFixed(2)}`,
    }),
  );
  const order = { beat: 0, tag: 1, shot: 2 };
  return [...shots, ...beats, ...tags].sort((a, b) => a.start - b.start || order[a.kind] - order[b.kind]);
}

function shotAt(analysis, frame) {
  const { shots } = analysis;
  return Math.max(0, lowest(shots.length, (place) => shots[place].start > frame) - 1);
}

// Every word wanted stands in the name, the timecode, the slug or what is said beside them.
function found(events, wanted) {
  const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (!wanted.kinds.has(event.kind)) return false;
    if (event.score !== null && event.score < wanted.least) return false;
    if (wanted.unchecked && (event.kind === 'shot' || event.record.origin === PERSON)) return false;
    if (!words.length) return true;
    const slug = event.record.tag || event.record.category || '';
    const text = `${event.name} ${event.at} ${slug} ${event.said}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
