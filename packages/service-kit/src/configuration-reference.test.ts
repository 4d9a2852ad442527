import { configurationReference } from './configuration-reference';
import { choiceSetting, textSetting } from './setting';

test('the reference has a table a group, with default, what is allowed and the description', () => {
  const settings = {
    mode: choiceSetting({
      env: 'FOREBAY_MODE',
      choices: ['a', 'b'],
      default: 'a',
      description: 'One | of two.',
    }),
    name: textSetting({ env: 'FOREBAY_NAME', description: 'A name.' }),
    token: textSetting({ env: 'FOREBAY_TOKEN', optional: true, secret: true, description: 'A token.' }),
  };
  expect(configurationReference([{ title: 'Things', introduction: 'About things.', settings }])).toBe(
    [
      '## Things',
      '',
      'About things.',
      '',
      '| variable | default | allowed | |',
      '|---|---|---|---|',
      '| `FOREBAY_MODE` | `a` | one of a, b | One \\| of two. |',
      '| `FOREBAY_NAME` | required | a text | A name. |',
      '| `FOREBAY_TOKEN` | none | a text (secret) | A token. |',
      '',
    ].join('\n'),
  );
});
