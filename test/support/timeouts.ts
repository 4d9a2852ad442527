/** Real servers on a busy machine: what must be fast says so itself. */
jest.setTimeout(120_000);
