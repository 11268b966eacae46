// An example of an endpoint: input that is checked, an answer, an error that says what was wrong.
// Replace it with your first real one.
import { readJson } from './body.js';
import { Problem } from './problem.js';

export async function greet(request) {
  const input = await readJson(request);
  const name = input?.name;
  if (typeof name !== 'string' || name.length < 1 || name.length > 100) {
    throw new Problem(400, '`name` must be a text of 1 to 100 characters.');
  }
  return { body: { message: `Hello, ${name}!` } };
}
