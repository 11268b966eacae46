// The real service on a free port of this machine, with what a test adds to it.
import { createLog } from '../src/log.js';
import { createService } from '../src/service.js';

export async function startService(t, options = {}) {
  const lines = [];
  const service = createService({ log: createLog((line) => lines.push(line)), ...options });
  const { port } = await service.start({ port: 0, address: '127.0.0.1' });
  t.after(() => service.stop(0));
  return { service, lines, port, base: `http://127.0.0.1:${port}` };
}
