// Calls the methods that the test names, one line of JSON in, one out. An iterator is read to its end.
const readline = require('node:readline');
const { CatalogClient, CATALOG_FILTER_EXISTS } = require('@backstage/catalog-client');

const client = new CatalogClient({ discoveryApi: { getBaseUrl: async plugin => `${process.env.TARMAC_URL}/api/${plugin}` } });
const options = { token: process.env.TARMAC_TOKEN };

// A symbol has no form in JSON.
const read = line => JSON.parse(line, (_, value) => (value === '<exists>' ? CATALOG_FILTER_EXISTS : value));

async function call({ method, given }) {
  if (method === 'methods') return Object.getOwnPropertyNames(CatalogClient.prototype);
  const answer = client[method](...given, options);
  if (!answer[Symbol.asyncIterator]) return (await answer) ?? null;
  const pages = [];
  for await (const page of answer) pages.push(page);
  return pages;
}

readline.createInterface({ input: process.stdin }).on('line', async line => {
  let told;
  try {
    told = { answer: await call(read(line)) };
  } catch (error) {
    told = { error: { name: error.name, message: error.message, status: error.statusCode, cause: error.cause && { name: error.cause.name, message: error.cause.message } } };
  }
  process.stdout.write(JSON.stringify(told) + '\n');
});
