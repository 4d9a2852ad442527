/** Which pods are given what the chart says it gives them. */
import { matrix, objectsOf, podsOf, template } from './chart.mjs';

const SECRET = (name, key) => ({ secretKeyRef: { name, key } });

/** By a value of the matrix that asks for it: a variable, who has it, and from where. */
const GIVEN = [
  ['tls.caSecretName', 'FOREBAY_KAFKA_TLS', ['apply', 'batch', 'serving', 'stream'], 'true'],
  [
    'tls.caSecretName',
    'FOREBAY_KAFKA_CA_FILE',
    ['apply', 'batch', 'serving', 'stream'],
    '/etc/forebay/kafka-ca/ca.crt',
  ],
  [
    'tls.caSecretName',
    'FOREBAY_KAFKA_PASSWORD',
    ['apply', 'batch', 'serving', 'stream'],
    SECRET('kafka-user', 'password'),
  ],
  // serving takes no pushed events there
  ['tls.certSecretName', 'FOREBAY_KAFKA_KEY_FILE', ['batch', 'stream'], '/etc/forebay/kafka-cert/tls.key'],
  ['mechanism=plain', 'FOREBAY_KAFKA_SASL_MECHANISM', ['batch', 'stream'], 'plain'],
  ['mechanism=plain', 'FOREBAY_KAFKA_USER', ['batch', 'stream'], SECRET('kafka-user', 'user')],
  ['lineage.url', 'FOREBAY_LINEAGE_NAMESPACE', ['apply', 'batch', 'stream'], 'staging'],
  ['lineage.url', 'FOREBAY_LINEAGE_TOKEN', ['apply', 'batch', 'stream'], SECRET('catalogue', 'api-key')],
];

/** @returns {{ name: string, faults: string[] }[]} */
export function givenFaults() {
  return GIVEN.map(([asked, variable, wanted, from]) => {
    const { args } = matrix().find(({ name }) => name.includes(asked));
    const found = objectsOf(template(args).stdout)
      .flatMap(podsOf)
      .flatMap(({ spec }) => spec.containers)
      .flatMap(({ name, env = [] }) =>
        env.filter((each) => each.name === variable).map((each) => [name, each]),
      );
    const names = found.map(([name]) => name).sort();
    const others = found.filter(
      ([, { value, valueFrom }]) => JSON.stringify(value ?? valueFrom) !== JSON.stringify(from),
    );
    return {
      name: `${variable} with ${asked}`,
      faults: [
        ...(names.join() === wanted.join() ? [] : [`${names.join(', ')} have it, not ${wanted.join(', ')}`]),
        ...others.map(([name, each]) => `${name}: ${JSON.stringify(each)}`),
      ],
    };
  });
}
