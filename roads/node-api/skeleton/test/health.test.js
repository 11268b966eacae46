import assert from 'node:assert/strict';
import { test } from 'node:test';
import { about } from '../src/about.js';
import { createHealth } from '../src/health.js';
import { startService } from './running-service.js';

const check = (severity, run) => ({
  id: 'example', name: 'An example', severity, businessImpact: 'None.', technicalSummary: 'It is an example.', panicGuide: 'Nothing to do.', run,
});

test('the health report follows the standard', async (t) => {
  const { base } = await startService(t);

  const response = await fetch(`${base}/__health`);

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const report = await response.json();
  assert.equal(report.schemaVersion, 1);
  assert.equal(report.systemCode, about.name);
  assert.ok(report.description.length > 0 && report.description.length <= 200);
  assert.ok(report.checks.length > 0);
  for (const seen of report.checks) {
    assert.match(seen.id, /^[a-z0-9-]+$/);
    assert.equal(typeof seen.ok, 'boolean');
    assert.ok([1, 2, 3].includes(seen.severity));
    for (const text of ['name', 'businessImpact', 'technicalSummary', 'panicGuide', 'checkOutput']) assert.ok(seen[text].length > 0, text);
    assert.ok(!Number.isNaN(Date.parse(seen.lastUpdated)));
  }
});

for (const path of ['/__gtg', '/health/ready', '/health/live']) {
  test(`a healthy service answers 200 on ${path}`, async (t) => {
    const { base } = await startService(t);

    assert.equal((await fetch(base + path)).status, 200);
  });
}

for (const [severity, status] of [[1, 503], [2, 200]]) {
  test(`a failing check of severity ${severity} makes readiness ${status}`, async (t) => {
    const { base } = await startService(t, { checks: [check(severity, async () => { throw new Error('no connection'); })] });

    assert.equal((await fetch(`${base}/__gtg`)).status, status);
    assert.equal((await fetch(`${base}/health/ready`)).status, status);
    assert.equal((await fetch(`${base}/health/live`)).status, 200);
    const report = await fetch(`${base}/__health`);
    assert.equal(report.status, 200);
    assert.equal((await report.json()).checks[0].checkOutput, 'Error: no connection');
  });
}

test('a check that never answers counts as failing', async () => {
  const health = createHealth(about, [check(1, () => new Promise(() => {}))], () => false, 1);

  const { body } = await health.full();

  assert.equal(body.ok, false);
  assert.match(body.checks[0].checkOutput, /^no answer within/);
});
