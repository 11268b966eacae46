// An error the caller can do something about, answered as application/problem+json (RFC 9457).
import { STATUS_CODES } from 'node:http';

export class Problem extends Error {
  constructor(status, detail, headers = {}) {
    super(detail ?? STATUS_CODES[status]);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }

  toAnswer() {
    return {
      status: this.status,
      headers: { 'content-type': 'application/problem+json', ...this.headers },
      body: { title: STATUS_CODES[this.status], status: this.status, detail: this.detail },
    };
  }
}
