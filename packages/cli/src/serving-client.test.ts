import { connectServing } from './serving-client';
import { readCliConfiguration } from './settings';

const connecting = (environment: Record<string, string>) =>
  connectServing(readCliConfiguration(environment), { address: '127.0.0.1:1', timeout: 100 }).then(
    () => 'connected',
    ({ reason, message }) => `${reason}: ${message}`,
  );

test('a token is not sent over plain text, and does not appear in the refusal', async () => {
  const refusal = await connecting({ FOREBAY_CLI_SERVING_TOKEN: 'fbt_secret' });
  expect(refusal).toMatch(/^invalid_configuration: .*a token is not sent over plain text/);
  expect(refusal).not.toContain('fbt_secret');
});

test('a file that is not there, and half of a certificate, are named', async () => {
  const tls = { FOREBAY_CLI_SERVING_TRANSPORT: 'tls' };
  expect(await connecting({ ...tls, FOREBAY_CLI_SERVING_CA_FILE: '/nowhere/ca.pem' })).toMatch(
    /^invalid_configuration: reading "\/nowhere\/ca\.pem": .*ENOENT/,
  );
  expect(await connecting({ ...tls, FOREBAY_CLI_SERVING_CERT_FILE: __filename })).toMatch(
    /^invalid_configuration: .*mutual TLS needs both/,
  );
});
