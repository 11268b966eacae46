// Who this service is: package.json says it once for everybody.
import { readFileSync } from 'node:fs';

const { name, version, description } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export const about = Object.freeze({ name, version, description });
