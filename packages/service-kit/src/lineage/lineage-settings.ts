import { textSetting, urlSetting } from '../setting';

/** Where runs and what they read and wrote are told. */
export const LINEAGE_SETTINGS = {
  lineageUrl: urlSetting({
    env: 'FOREBAY_LINEAGE_URL',
    protocols: ['http', 'https'],
    optional: true,
    description:
      'Where OpenLineage events are sent (POST), such as http://127.0.0.1:5000/api/v1/lineage; unset: none are made.',
  }),
  lineageToken: textSetting({
    env: 'FOREBAY_LINEAGE_TOKEN',
    optional: true,
    secret: true,
    description: 'Bearer token, or API key, for it.',
  }),
  lineageNamespace: textSetting({
    env: 'FOREBAY_LINEAGE_NAMESPACE',
    pattern: /^[^\s]{1,200}$/,
    allowed: 'a text without spaces, of 200 characters at most',
    default: 'forebay',
    description: 'The namespace of the jobs in OpenLineage events: one for each installation.',
  }),
};
