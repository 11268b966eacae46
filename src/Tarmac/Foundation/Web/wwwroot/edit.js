// The editor of a file: begins at a line, and goes to a section without losing what was typed.
const area = document.querySelector('textarea.editor');

function goTo(start, end) {
  // Cut there for a moment, the field itself tells how far down that is, wrapped lines and all.
  const whole = area.value;
  area.value = whole.slice(0, start);
  const down = area.scrollHeight;
  area.value = whole;
  area.focus();
  area.setSelectionRange(start, end);
  area.scrollTop = down - area.clientHeight / 3;
}

function goToLine(number) {
  const lines = area.value.split('\n');
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  goTo(start, start + (lines[number - 1] ?? '').length);
}

if (area?.dataset.line) goToLine(Number(area.dataset.line));

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[data-heading]');
  if (!link || !area) return;
  event.preventDefault();
  const wanted = link.dataset.heading.toLowerCase().replaceAll(' ', '');
  const at = area.value.split('\n').findIndex(line => line.startsWith('## ') && line.slice(3).toLowerCase().replaceAll(' ', '').trim() === wanted);
  if (at >= 0) return goToLine(at + 1);
  area.value = `${area.value.trimEnd()}\n\n## ${link.dataset.heading}\n\n`;
  goTo(area.value.length, area.value.length);
});
