// A form that changes something is sent once, however often its button is pressed; the server would do it once anyway,
// but the answer to the first press (a secret, say) would be lost.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = 'true';
});

// The back button shows the page as it was left: its forms can be sent again.
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));
