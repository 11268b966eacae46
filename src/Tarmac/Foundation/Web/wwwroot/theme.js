// Marks the page as scripted, so that controls that need script appear, and switches light and dark.
// The choice lives in a cookie because the server writes data-theme: no flash of the wrong theme.
const root = document.documentElement;
root.dataset.script = '';

const dark = matchMedia('(prefers-color-scheme: dark)');
const current = () => root.dataset.theme ?? (dark.matches ? 'dark' : 'light');

for (const button of document.querySelectorAll('[data-theme-toggle]')) {
  const say = () => button.setAttribute('aria-label', `Switch to ${current() === 'dark' ? 'light' : 'dark'} theme`);
  say();
  button.addEventListener('click', () => {
    root.dataset.theme = current() === 'dark' ? 'light' : 'dark';
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `tarmac-theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    say();
  });
}
