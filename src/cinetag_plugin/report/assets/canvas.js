// Drawing on a canvas in the page's own colours, sharp on every screen.

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const TICK_ROOM = 90; // pixels that a label of the ruler wants

// Make a canvas as large as it is shown; return its context, measured in the pixels of the page.
function prepared(canvas, height) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.style.height = `${height}px`;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.textBaseline = 'middle';
  return context;
}

// The colours of dark or light, as the style sheet gives them to the canvas.
function coloursOf(canvas) {
  const style = getComputedStyle(canvas);
  return {
    ink: style.color,
    band: style.backgroundColor,
    line: style.borderTopColor,
    accent: style.outlineColor,
    faint: style.caretColor,
    font: style.fontFamily,
  };
}

// Seconds between the marks of a ruler that shows `length` seconds on `width` pixels.
function tickStep(length, width) {
  const least = (length * TICK_ROOM) / Math.max(width, 1);
  return STEPS.find((step) => step >= least) || 3600 * Math.ceil(least / 3600);
}

// As much of a text as fits, with an ellipsis; nothing where not even that does.
function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  const letters = [...text];
  const most = lowest(letters.length, (count) => {
    return context.measureText(`${letters.slice(0, count + 1).join('')}…`).width > room;
  });
  return most < 2 ? '' : `${letters.slice(0, most).join('')}…`;
}

// Black or white, whichever is read better on a colour `#rrggbb`.
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#1b1816' : '#ffffff';
}
