import type { Setting, Settings } from './setting';

export interface SettingsGroup {
  readonly title: string;
  readonly introduction?: string;
  readonly settings: Settings;
}

/** The reference of all settings as markdown: one table a group, in the order of declaration. */
export function configurationReference(groups: readonly SettingsGroup[]): string {
  return groups.map(renderGroup).join('\n');
}

function renderGroup(group: SettingsGroup): string {
  const introduction = group.introduction === undefined ? '' : `${group.introduction}\n\n`;
  const rows = Object.values(group.settings).map(renderRow).join('');
  return `## ${group.title}\n\n${introduction}| variable | default | allowed | |\n|---|---|---|---|\n${rows}`;
}

function renderRow(setting: Setting<unknown>): string {
  const fallback =
    setting.fallback === undefined ? (setting.optional ? 'none' : 'required') : `\`${setting.fallback}\``;
  const allowed = setting.secret ? `${setting.allowed} (secret)` : setting.allowed;
  return `| \`${setting.env}\` | ${cell(fallback)} | ${cell(allowed)} | ${cell(setting.description)} |\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
