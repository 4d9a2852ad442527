import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEventLog, type EventLog } from '@forebay/event-log';
import { KAFKA_SECURITY_SETTINGS, readConfiguration, readKafkaSecurity } from '@forebay/service-kit';
import { makeCertificate } from '../support/certificates';
import { uniqueName, useOwnStack, waitFor } from '../support/stack';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const PLAIN_LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const SCRAM_LOGIN = 'org.apache.kafka.common.security.scram.ScramLoginModule';

const authority = makeCertificate({ commonName: 'authority of the brokers' });
const brokerCertificate = makeCertificate({ commonName: 'broker', issuer: authority, ip: ['127.0.0.1'] });
const clientCertificate = makeCertificate({ commonName: 'forebay', issuer: authority });

/** The broker's one listener, encrypted, for clients with a certificate, a user and a password. */
const own = useOwnStack({
  parts: ['kafka'],
  kafkaProperties: {
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_SSL',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config': `${PLAIN_LOGIN} required username="broker" password="b" user_broker="b" user_forebay="secret";`,
    'listener.name.plaintext.scram-sha-256.sasl.jaas.config': `${SCRAM_LOGIN} required;`,
    'listener.name.plaintext.scram-sha-512.sasl.jaas.config': `${SCRAM_LOGIN} required;`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': brokerCertificate.cert,
    'ssl.keystore.key': brokerCertificate.key,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': authority.cert,
    'ssl.client.auth': 'required',
  },
  kafkaFormatArguments: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=forebay,password=secret]`,
  ]),
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kafka-tls-'));
  const files = {
    ca: authority.cert,
    cert: clientCertificate.cert,
    key: clientCertificate.key,
    stranger: makeCertificate({ commonName: 'stranger' }).cert,
  };
  for (const [name, pem] of Object.entries(files)) writeFileSync(join(directory, name), pem);
});
afterAll(() => rmSync(directory, { recursive: true }));

function connect(changes: Record<string, string> = {}): Promise<EventLog> {
  const security = readKafkaSecurity(
    readConfiguration(KAFKA_SECURITY_SETTINGS, {
      FOREBAY_KAFKA_TLS: 'true',
      FOREBAY_KAFKA_CA_FILE: join(directory, 'ca'),
      FOREBAY_KAFKA_CERT_FILE: join(directory, 'cert'),
      FOREBAY_KAFKA_KEY_FILE: join(directory, 'key'),
      FOREBAY_KAFKA_SASL_MECHANISM: 'plain',
      FOREBAY_KAFKA_USER: 'forebay',
      FOREBAY_KAFKA_PASSWORD: 'secret',
      ...changes,
    }),
  );
  const brokers = own.stack.kafkaBrokers.split(',');
  return connectEventLog({ brokers, security, clientId: 'security-test', logger: SILENT });
}

test.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
  'records go and come over TLS with %s, and topics tell their ids',
  async (mechanism) => {
    const log = await connect({ FOREBAY_KAFKA_SASL_MECHANISM: mechanism });
    const topic = uniqueName('secured');
    await log.admin.ensureTopic(topic, { partitions: 1 });
    const producer = await log.producer();
    await producer.send([{ topic, key: 'a', value: mechanism }]);
    const id = await waitFor(() => log.topicId(topic), {
      deadlineMs: 10_000,
      message: 'the id of the topic',
    });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await log.admin.endOffsets(topic)).toEqual(new Map([[0, 1]]));
    await producer.close();
    await log.close();
  },
);

test.each(['plain', 'scram-sha-256'])('a wrong password is refused by name, with %s', async (mechanism) => {
  const wrong = connect({ FOREBAY_KAFKA_SASL_MECHANISM: mechanism, FOREBAY_KAFKA_PASSWORD: 'guess' });
  await expect(wrong).rejects.toMatchObject({ reason: 'failed_precondition' });
  await expect(wrong).rejects.not.toThrow(/guess/);
});

test('a broker whose certificate is of an authority that is not trusted is not spoken to', async () => {
  await expect(connect({ FOREBAY_KAFKA_CA_FILE: join(directory, 'stranger') })).rejects.toThrow(
    /certificate/,
  );
});
