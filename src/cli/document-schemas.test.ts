import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { documentSchemas, jsonSchemaOf } from './document-schemas.js';

const folder = fileURLToPath(new URL('../../schemas', import.meta.url));

describe('schemas/', () => {
  test.each(Object.entries(documentSchemas))(
    '%s.json is the schema of today (SUCCESSION_WRITE_SCHEMAS=1 writes it)',
    async (name, schema) => {
      const file = `${folder}/${name}.json`;
      if (process.env['SUCCESSION_WRITE_SCHEMAS']) {
        await mkdir(folder, { recursive: true });
        await writeFile(file, jsonSchemaOf(schema));
      }
      expect(await readFile(file, 'utf8')).toBe(jsonSchemaOf(schema));
    },
  );
});
