// What is in a JSON document that another program wrote?

/** An object with any fields. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The document, or null when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The object in a document; without fields when it is none. */
export function parseRecord(text: string): JsonRecord {
  const value = parseJson(text);
  return isRecord(value) ? value : {};
}

/** A text field, empty when it is missing. */
export function textOf(record: JsonRecord, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : '';
}

/** A number field, `otherwise` when it is missing. */
export function numberOf(record: JsonRecord, field: string, otherwise: number): number {
  const value = record[field];
  return typeof value === 'number' ? value : otherwise;
}
