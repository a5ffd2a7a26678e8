// What each key does: [key, how it is shown, what it does, the method of the page that does it].

const KEYS = [
  [' ', 'Space', 'play or pause', (page) => page.player?.toggle()],
  ['ArrowLeft', '←', 'the frame before', (page) => page.seek(page.state.frame - 1)],
  ['ArrowRight', '→', 'the next frame', (page) => page.seek(page.state.frame + 1)],
  ['Shift ArrowLeft', 'Shift ←', 'the shot before', (page) => page.stepShot(-1)],
  ['Shift ArrowRight', 'Shift →', 'the next shot', (page) => page.stepShot(1)],
  ['ArrowUp', '↑', 'the line before in the list', (page) => page.stepLine(-1)],
  ['ArrowDown', '↓', 'the next line of the list', (page) => page.stepLine(1)],
  ['a', 'a', 'accept the chosen tag or beat', (page) => page.decide('accept')],
  ['r', 'r', 'rename it', (page) => page.decide('rename')],
  ['x', 'x', 'reject it', (page) => page.decide('reject')],
  ['z', 'z', 'take back the last change', (page) => page.undo()],
  ['s', 's', 'save the corrected analysis', (page) => page.save()],
  ['/', '/', 'search', () => document.getElementById('words').focus()],
  ['+', '+', 'show less of the film', (page) => page.zoom(0.5)],
  ['-', '-', 'show more of it', (page) => page.zoom(2)],
  ['0', '0', 'show the whole film', (page) => page.zoom(Infinity)],
  ['t', 't', 'dark, light, or as the system says', (page) => page.changeTheme()],
  ['?', '?', 'this list', (page) => page.setState({ dialog: { kind: 'help' } })],
];

function onKey(page, event) {
  if (event.key === 'Escape' && event.target.id === 'words') event.target.blur();
  const typing = event.target.closest?.('input, textarea, dialog, video');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ' && event.target.closest?.('button')) return;
  const pressed = event.shiftKey && event.key.startsWith('Arrow') ? `Shift ${event.key}` : event.key;
  const key = KEYS.find(([name]) => name === pressed);
  if (!key) return;
  event.preventDefault();
  key[3](page);
}
