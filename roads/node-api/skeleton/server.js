// Starts the service and stops it in good order. How it works is in src/service.js.
import { about } from './src/about.js';
import { createLog } from './src/log.js';
import { readSettings } from './src/settings.js';
import { startTelemetry } from './src/telemetry.js';

const log = createLog();

try {
  const settings = readSettings(process.env);
  const stopTelemetry = await startTelemetry(process.env, about, log);
  // Loaded after telemetry, which must see the HTTP module first.
  const { createService } = await import('./src/service.js');
  const service = createService({ log });
  const address = await service.start(settings);
  log.info('listening', { address: address.address, port: address.port, version: about.version, node: process.version });

  const stop = async (signal) => {
    log.info('stopping', { signal });
    const clean = await service.stop();
    await stopTelemetry();
    log.info('stopped', { clean });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  log.error('could not start', error);
  process.exitCode = 1;
}
