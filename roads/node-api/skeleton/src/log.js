// One JSON object a line on standard output.
export function createLog(write = (line) => process.stdout.write(line), now = () => new Date()) {
  const entry = (level) => (message, details = {}) => {
    const fields = details instanceof Error ? { error: details.message, stack: details.stack } : details;
    write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
  };
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}
