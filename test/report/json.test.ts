import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderJson } from '../../report/json.ts';
import { aRecord } from '../core/a-record.ts';

test('keys come in order, scalars of a list on one line', () => {
  expect(renderJson({ b: [1, null, 2.5], a: { d: 'x', c: [] }, e: [{ z: 1 }], gone: undefined, f: {} })).toBe(`{
  "a": {
    "c": [],
    "d": "x"
  },
  "b": [1, null, 2.5],
  "e": [
    {
      "z": 1
    }
  ],
  "f": {}
}
`);
});

test('it reads back as what was written', () => {
  expect(JSON.parse(renderJson(aRecord()))).toEqual(aRecord());
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(renderJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('equal documents are equal bytes, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      const turned = Object.fromEntries(Object.entries(document).reverse());
      expect(renderJson(turned)).toBe(renderJson(document));
    }),
  );
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [() => 1], [10n]])('%s is refused, not turned into null', (value) => {
  expect(() => renderJson({ deep: [value] })).toThrow(/\$\.deep\[0\]: got .*, wanted something that JSON can hold/);
});
