// Traces and metrics by OpenTelemetry, only when OTEL_EXPORTER_OTLP_ENDPOINT says where to send them. The service has no dependencies;
// to use telemetry, add two: npm install @opentelemetry/sdk-node @opentelemetry/instrumentation-http
// The other OTEL_ variables (protocol, headers, sampling, resource attributes) work as the standard says.
import { createRequire } from 'node:module';

const PACKAGES = ['@opentelemetry/sdk-node', '@opentelemetry/instrumentation-http'];

// Gives a function that sends what is left and stops.
export async function startTelemetry(env, about, log, load = (name) => import(name)) {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return async () => {};
  let modules;
  try {
    modules = await Promise.all(PACKAGES.map(load));
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    log.warn('telemetry is asked for but not installed; serving without it', { install: `npm install ${PACKAGES.join(' ')}` });
    return async () => {};
  }
  const [{ NodeSDK }, { HttpInstrumentation }] = modules;
  const sdk = new NodeSDK({
    serviceName: env.OTEL_SERVICE_NAME ?? about.name,
    instrumentations: [new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => /^\/(health|__health|__gtg)/.test(url) })],
  });
  sdk.start();
  // The instrumentation takes hold when the module is next required, which an import does not do.
  createRequire(import.meta.url)('http');
  return () => sdk.shutdown();
}
