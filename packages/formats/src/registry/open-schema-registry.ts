import { ForebayError } from '@forebay/contract';
import { NO_SCHEMA_REGISTRY, type SchemaLookup } from './framed-decoder';
import { SchemaRegistry } from './schema-registry';

/** As it is read from the environment. */
export interface SchemaRegistryConfiguration {
  /** User and password may stand in it. */
  readonly schemaRegistryUrl: string | undefined;
  readonly schemaRegistryUser: string | undefined;
  readonly schemaRegistryPassword: string | undefined;
  readonly schemaRegistryToken: string | undefined;
}

/** The registry that is configured; without one, a look-up says that there is none. Throws `invalid_configuration`. */
export function openSchemaRegistry(configuration: SchemaRegistryConfiguration): SchemaLookup {
  const { schemaRegistryUrl, schemaRegistryToken: token } = configuration;
  if (schemaRegistryUrl === undefined) return NO_SCHEMA_REGISTRY;
  const url = new URL(schemaRegistryUrl);
  const user = configuration.schemaRegistryUser ?? decodeURIComponent(url.username);
  const password = configuration.schemaRegistryPassword ?? decodeURIComponent(url.password);
  // fetch takes no address with a user in it
  url.username = '';
  url.password = '';
  if (token !== undefined && user !== '') {
    throw new ForebayError(
      'invalid_configuration',
      'the schema registry has a user and a token: set FOREBAY_SCHEMA_REGISTRY_USER or FOREBAY_SCHEMA_REGISTRY_TOKEN, not both',
    );
  }
  return new SchemaRegistry({ url: url.href, authorization: authorizationOf(user, password, token) });
}

function authorizationOf(user: string, password: string, token: string | undefined): string | null {
  if (token !== undefined) return `Bearer ${token}`;
  return user === '' ? null : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
