// What others ask to know how the service is; the report follows the FT health check standard, version 1.1.
//
// A check is one thing that must be well for the service to be well. Add one for every dependency, with the same client and
// credentials the service itself uses. The texts are read by somebody who is woken up and does not know the service.
//   id                lower-case letters, digits and dashes; stable
//   name              a short sentence that is true when all is well
//   severity          1: users notice at once, and the service takes no traffic; 2: bearable for a while; 3: users do not notice
//   businessImpact, technicalSummary, panicGuide
//   run               an async function of an AbortSignal giving { ok, output }; throwing or taking too long counts as not well
import { monitorEventLoopDelay } from 'node:perf_hooks';

// The whole report must be there within ten seconds.
const CHECK_TIMEOUT_MS = 5_000;

export function eventLoopCheck(about, now = Date.now) {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let since = now();
  return {
    id: 'responsive',
    name: 'Requests get their turn within a second',
    severity: 2,
    businessImpact: `Callers of ${about.name} wait or give up.`,
    technicalSummary: 'Something holds the event loop: long computation, synchronous input or output, or a very large body.',
    panicGuide: 'Restart one instance and watch; if it comes back, follow "Second line troubleshooting" in RUNBOOK.md.',
    run: async () => {
      const milliseconds = Math.round(delay.max / 1e6);
      const seconds = Math.round((now() - since) / 1000);
      if (now() - since > 60_000) {
        delay.reset();
        since = now();
      }
      return { ok: milliseconds < 1000, output: `longest wait ${milliseconds} ms in the last ${seconds} s` };
    },
  };
}

export function createHealth(about, checks, isStopping, timeoutMs = CHECK_TIMEOUT_MS) {
  const blockers = async () => {
    if (isStopping()) return ['stopping'];
    const reports = await Promise.all(checks.filter((check) => check.severity === 1).map((check) => report(check, timeoutMs)));
    return reports.filter((check) => !check.ok).map((check) => check.id);
  };
  return {
    // For people and monitoring: always 200 when the report could be made.
    full: async () => {
      const reports = await Promise.all(checks.map((check) => report(check, timeoutMs)));
      return answer(200, {
        schemaVersion: 1,
        systemCode: about.name,
        name: about.name,
        description: about.description,
        ok: reports.every((check) => check.ok),
        checks: reports,
      });
    },
    // For routing: may this instance get traffic?
    goodToGo: async () => {
      const reasons = await blockers();
      return reasons.length === 0 ? answer(200, 'OK') : answer(503, `failing: ${reasons.join(', ')}`);
    },
    ready: async () => {
      const reasons = await blockers();
      return reasons.length === 0 ? answer(200, { status: 'ready' }) : answer(503, { status: 'unavailable', reason: reasons.join(', ') });
    },
    // For whoever restarts processes: does it answer at all? Dependencies do not count, restarting would not mend them.
    live: async () => answer(200, { status: 'live' }),
  };
}

async function report({ run, ...check }, timeoutMs) {
  const result = await limited(run, timeoutMs);
  return { ...check, ok: result.ok === true, checkOutput: result.output, lastUpdated: new Date().toISOString() };
}

async function limited(run, timeoutMs) {
  const limit = new AbortController();
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, output: `no answer within ${timeoutMs / 1000} s` }), timeoutMs);
  });
  try {
    return await Promise.race([run(limit.signal), late]);
  } catch (error) {
    return { ok: false, output: `${error.name}: ${error.message}` };
  } finally {
    clearTimeout(timer);
    limit.abort();
  }
}

function answer(status, body) {
  return { status, headers: { 'cache-control': 'no-store' }, body };
}
