// Copies the text of the code block a button belongs to, and says whether it worked.
async function copy(text) {
  // The clipboard API exists only on HTTPS and loopback; elsewhere a selection does the same job.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement('textarea'), { value: text });
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) throw new Error('The browser refused to copy.');
}

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  const label = button.dataset.label ??= button.textContent;
  try {
    await copy(button.parentElement.querySelector('pre').textContent);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select it by hand';
  }
  setTimeout(() => { button.textContent = label; }, 1600);
});
