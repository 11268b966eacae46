// Follows a log live. The page already holds the lines written so far; this adds what comes after the last of them.
// The stream sends "line" events (id = line number, data = { line, at, text, step or stream }) and one "end" event ({ state }).
// Scrolling up pauses. A line of a later step shows the earlier ones as done; the end fetches the page again when asked to.
// The log's status says each step and the end, for those who hear the page.
const keep = 5000;

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The end changes all of the page. It is put in place instead of loaded, so that nobody loses their place, and it is said.
async function refresh(news) {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) throw new Error(`The page answered ${answer.status}.`);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = document.querySelector('#main');
  const focused = main.contains(document.activeElement) ? document.activeElement.id || main.id : null;
  main.replaceChildren(...page.querySelector('#main').childNodes);
  document.title = page.title;
  if (focused) (document.getElementById(focused) ?? main).focus({ preventScroll: true });
  document.querySelector('#said').textContent = news;
  main.querySelectorAll('[data-follow]').forEach(follow);
}

function follow(log) {
  const lines = log.querySelector('.lines');
  const list = lines.querySelector('ol');
  const say = log.querySelector('[data-follow-status]');
  const resume = log.querySelector('[data-follow-resume]');
  let last = Number(log.dataset.last || 0);
  let paused = false;
  let missed = 0;
  let wait = 1000;
  let live = 'Live';

  const toEnd = () => { lines.scrollTop = lines.scrollHeight; };
  const atEnd = () => lines.scrollHeight - lines.scrollTop - lines.clientHeight < 24;
  const unpause = () => { paused = false; missed = 0; resume.hidden = true; toEnd(); };

  lines.addEventListener('scroll', () => {
    if (atEnd()) { if (paused) unpause(); } else { paused = true; resume.hidden = false; resume.textContent = 'Follow again'; }
  });
  resume.addEventListener('click', unpause);

  function add(line) {
    if (line.line <= last) return;
    last = line.line;
    const at = line.at ? new Date(line.at) : null;
    const id = `${log.dataset.prefix ?? ''}L${last}`;
    const item = element('li', { id },
      element('a', { href: `#${id}`, textContent: last }),
      element('time', at ? { dateTime: line.at, textContent: at.toISOString().slice(11, 19) } : {}),
      element('span', { textContent: line.text }));
    if (line.stream) item.dataset.stream = line.stream;
    if (line.step) step(line.step);
    list.append(item);
    while (list.childElementCount > keep) list.firstElementChild.remove();
    if (paused) resume.textContent = `Follow again (${++missed} new)`; else toEnd();
  }

  function mark(item, state) {
    item.dataset.state = state;
    const picture = document.querySelector(`#marks [data-mark=${state}]`);
    if (picture) item.querySelector('.mark').replaceChildren(picture.content.cloneNode(true));
  }

  function step(name) {
    const item = document.querySelector(`[data-step="${CSS.escape(name)}"]`);
    if (item?.dataset.state !== 'waiting') return;
    document.querySelectorAll('[data-step][data-state=running]').forEach(earlier => mark(earlier, 'done'));
    mark(item, 'running');
    say.textContent = live = `Live: ${item.querySelector('.name').textContent}`;
  }

  function connect() {
    const url = new URL(log.dataset.follow, location.href);
    if (last) url.searchParams.set('after', last);
    const source = new EventSource(url);
    source.onopen = () => { wait = 1000; say.textContent = live; };
    source.addEventListener('line', event => add(JSON.parse(event.data)));
    source.addEventListener('step', event => step(JSON.parse(event.data)));
    source.addEventListener('end', event => {
      source.close();
      const end = event.data ? `Ended: ${JSON.parse(event.data).state}` : 'Ended';
      say.textContent = end;
      if (log.dataset.onEnd === 'refresh') refresh(`${log.getAttribute('aria-label')}. ${end}.`).catch(() => location.reload());
    });
    source.onerror = () => {
      say.textContent = 'Connection lost, reconnecting';
      // The browser reconnects by itself unless the server answered with an error; then we try again, ever more slowly.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 30000);
    };
    addEventListener('pagehide', () => source.close(), { once: true });
  }

  toEnd();
  connect();
}

document.querySelectorAll('[data-follow]').forEach(follow);
