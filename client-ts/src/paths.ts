// Where the public interface answers. Every address that this SDK asks stands here.

const version = "/v1";
const part = encodeURIComponent;

export const paths = {
  submit: `${version}/transactions`,
  explain: `${version}/explain`,
  transaction: (id: string): string => `${version}/transactions/${part(id)}`,
  receipt: (id: string): string => `${version}/transactions/${part(id)}/receipt`,
  list: (noun: string): string => `${version}/${part(noun)}`,
  record: (noun: string, id: string): string => `${version}/${part(noun)}/${part(id)}`,
  block: (height: number): string => `${version}/blocks/${height}`,
  status: `${version}/status`,
  catalog: `${version}/catalog`,
  events: `${version}/events`,
} as const;
