// The command palette: Ctrl-K (or Command-K) opens it; it jumps to pages at once and searches the catalog and the actions as you type.
// GET /api/search?q=TEXT answers { "results": [{ "title", "kind", "detail", "href" }] }.
const dialog = document.querySelector('dialog.palette');
const input = dialog?.querySelector('input');
const list = dialog?.querySelector('[role=listbox]');
const status = dialog?.querySelector('[role=status]');
const pages = [...document.querySelectorAll('.nav a, .more a')].map(a => ({ title: a.textContent.trim(), kind: 'page', href: a.getAttribute('href') }));
let shown = [];
let at = 0;
let pending = null;

function select(index) {
  at = shown.length ? (index + shown.length) % shown.length : 0;
  [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === at)));
  if (shown.length) {
    input.setAttribute('aria-activedescendant', `palette-${at}`);
    list.children[at].scrollIntoView({ block: 'nearest' });
  } else {
    input.removeAttribute('aria-activedescendant');
  }
}

function show(results) {
  shown = results;
  list.replaceChildren(...results.map((result, i) => {
    const option = document.createElement('div');
    option.id = `palette-${i}`;
    option.setAttribute('role', 'option');
    const kind = document.createElement('span');
    kind.textContent = result.detail ? `${result.kind} · ${result.detail}` : result.kind;
    option.append(result.title, kind);
    option.addEventListener('click', () => go(i));
    return option;
  }));
  select(0);
}

function go(index) {
  const result = shown[index];
  if (!result) return;
  // Only our own pages: a catalog entry must not be able to send anyone elsewhere.
  const target = new URL(result.href, location.origin);
  if (target.origin === location.origin) location.assign(target);
}

async function search() {
  pending?.abort();
  pending = new AbortController();
  const text = input.value.trim();
  const local = pages.filter(page => page.title.toLowerCase().startsWith(text.toLowerCase()));
  show(local);
  if (!text) { status.textContent = 'Type to search the catalog.'; return; }
  try {
    const answer = await fetch(`/api/search?q=${encodeURIComponent(text)}`, { signal: pending.signal, headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(`The search answered ${answer.status}.`);
    const { results } = await answer.json();
    show([...local, ...results]);
    status.textContent = shown.length ? `${shown.length} found. Arrows choose, Enter opens, Escape closes.` : `Nothing is called “${text}”.`;
  } catch (error) {
    if (error.name !== 'AbortError') status.textContent = `${error.message} Pages still work.`;
  }
}

function open(event) {
  event.preventDefault();
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  search();
}

if (dialog) {
  document.querySelectorAll('[data-palette]').forEach(link => link.addEventListener('click', open));
  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') open(event);
  });
  input.addEventListener('input', search);
  input.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown') { event.preventDefault(); select(at + 1); }
    else if (event.key === 'ArrowUp') { event.preventDefault(); select(at - 1); }
    else if (event.key === 'Enter') { event.preventDefault(); go(at); }
  });
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
}
