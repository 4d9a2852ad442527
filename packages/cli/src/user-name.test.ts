import { userName } from './user-name';

test('a user has a name', () => {
  expect(userName(() => ({ username: 'ada' }))).toBe('ada');
});

test('a user that the system does not know, as in a container, has a number', () => {
  const fail = () => {
    throw new Error('a system error occurred: uv_os_get_passwd returned ENOENT');
  };
  expect(userName(fail)).toMatch(/^uid \d+$/);
});
