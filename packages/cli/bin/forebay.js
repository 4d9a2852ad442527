#!/usr/bin/env node
require('../dist/main')
  .main(process.argv, process.env)
  .then((code) => {
    process.exitCode = code;
  });
