import { withoutCredentials } from './client';
import { quoteName, quoteText } from './identifiers';

describe('names and addresses', () => {
  it('quotes names so that no name can end its quotes', () => {
    expect(quoteName('plain')).toBe('`plain`');
    expect(quoteName('a`b\\c')).toBe('`a\\`b\\\\c`');
  });

  it('quotes texts so that no text can end its quotes', () => {
    expect(quoteText("it's a \\")).toBe("'it\\'s a \\\\'");
  });

  it('shows an address without its user and password', () => {
    expect(withoutCredentials('https://ann:secret@clickhouse.example:8443/?password=secret')).toBe(
      'https://clickhouse.example:8443',
    );
    expect(withoutCredentials('not a url: secret')).toBe('an address that is no URL');
  });
});
