// What the page was written with: blocks of base64 in the page itself.

function bytesOf(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return bytes;
}

function textOf(name) {
  return document.getElementById(name).textContent;
}

// JSON that was packed (zlib); the browser unpacks it.
async function unpacked(name) {
  const packed = new Blob([bytesOf(textOf(name))]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream('deflate'))).json();
}
