// How strong each tag is in the whole film, the strongest first.

function Strengths({ analysis, names, ...does }) {
  const tags = [...analysis.tags].sort((a, b) => b.relative_strength - a.relative_strength);
  return html`<section class="strengths" aria-label="Tags of the film">
    <div class="bar"><h2>Tags of the film</h2></div>
    ${tags.length === 0 && html`<p class="none">No tags were found in this film.</p>`}
    <div class="bars">
      ${tags.length > 0 &&
      html`<div class="strength heads">
        <span></span><span>relative strength</span><span class="figure">R</span><span class="figure">frames</span>
      </div>`}
      ${tags.map((tag) => html`<${Strength} key=${tag.tag} tag=${tag} ...${names.of('film', tag.tag)} ...${does} />`)}
    </div>
  </section>`;
}

function Strength({ tag, name, colour, onWords, ...does }) {
  const strength = tag.relative_strength;
  const mean = tag.probability_sum / Math.max(1, tag.count);
  const said = `in ${tag.count} key frames, mean probability ${mean.toFixed(2)}`;
  return html`<div class="strength" title=${said}>
    <span class="named">
      <button class="name" title="Look for it in the list" onClick=${() => onWords(name)}><bdi>${name}</bdi></button>
      <${Origin} record=${tag} brief />
    </span>
    <span class="track">
      <span class="fill" style=${{ width: `${Math.max(1, 100 * strength)}%`, backgroundColor: colour }}></span>
    </span>
    <span class="figure">${strength.toFixed(2)}</span>
    <span class="figure">${tag.count}</span>
    <${Decide} kind="film" record=${tag} ...${does} />
  </div>`;
}
