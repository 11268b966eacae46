// The whole service, put together in one place: read this first.
import http from 'node:http';
import { about } from './about.js';
import { greet } from './greetings.js';
import { createHealth, eventLoopCheck } from './health.js';
import { Problem } from './problem.js';

// How long requests in flight may take to finish once the service is told to stop.
const SHUTDOWN_TIMEOUT_MS = 30_000;

export function createService({ log, checks = [eventLoopCheck(about)], routes: more = {} }) {
  let stopping = false;
  const health = createHealth(about, checks, () => stopping);
  const routes = {
    '/': { GET: async () => ({ body: { ...about, links: { health: '/__health', goodToGo: '/__gtg', ready: '/health/ready', live: '/health/live', greetings: '/greetings' } } }) },
    '/__health': { GET: health.full },
    '/__gtg': { GET: health.goodToGo },
    '/health/ready': { GET: health.ready },
    '/health/live': { GET: health.live },
    '/greetings': { POST: greet },
    ...more,
  };

  const server = http.createServer(async (request, response) => {
    const started = performance.now();
    const path = request.url.split('?', 1)[0];
    const reply = (answer) => {
      // A client that keeps its connection would otherwise send the next request to a service that is going away.
      if (stopping) response.setHeader('connection', 'close');
      send(response, answer, request.method === 'HEAD');
    };
    try {
      reply(await handlerOf(routes, path, request.method)(request));
    } catch (error) {
      if (!(error instanceof Problem)) log.error('request failed', error);
      reply((error instanceof Problem ? error : new Problem(500)).toAnswer());
    }
    // Probes come every few seconds and say nothing that the health report does not.
    if (!/^\/(health\/|__)/.test(path)) {
      log.info('request', { method: request.method, path, status: response.statusCode, milliseconds: Math.round(performance.now() - started) });
    }
  });

  return {
    async start({ port, address }) {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address, resolve);
      });
      return server.address();
    },
    // Accepts nothing new, lets requests in flight finish, and says whether all did.
    async stop(timeoutMs = SHUTDOWN_TIMEOUT_MS) {
      stopping = true;
      let clean = true;
      const limit = setTimeout(() => {
        clean = false;
        server.closeAllConnections();
      }, timeoutMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(limit);
      return clean;
    },
  };
}

function handlerOf(routes, path, method) {
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!methods) throw new Problem(404);
  const handler = methods[method === 'HEAD' ? 'GET' : method];
  if (!handler) throw new Problem(405, undefined, { allow: Object.keys(methods).flatMap((known) => (known === 'GET' ? ['GET', 'HEAD'] : known)).join(', ') });
  return handler;
}

function send(response, { status = 200, headers = {}, body }, headOnly) {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(headOnly ? undefined : text);
}
