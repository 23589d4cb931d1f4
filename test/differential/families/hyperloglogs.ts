/** HyperLogLogs, whose very bytes are compared. */
import fc from "fast-check";
import { type Family, join, some, words } from "../line.ts";
import { key, lifetime, sketchKey, value } from "../vocabulary.ts";

const counted = fc.oneof(value, fc.integer({ min: 0, max: 1000 }).map(String));
/** What is one, with its count and without, and what is none. Which commands notice that runs are missing, Redis leaves to chance. */
const sketch = fc.constantFrom(
  "HYLL\x01\0\0\0\x07\0\0\0\0\0\0\0\x7f\xff",
  "HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x7f\xfe\x84",
  "HYLL\x00\0\0\0\0\0\0\0\0\0\0\x80\x7f\xff",
  "HYLL",
);
const anyKey = fc.oneof({ weight: 4, arbitrary: sketchKey }, { weight: 1, arbitrary: key });

export const hyperLogLogs: Family = {
  PFADD: join(words(sketchKey), some(counted, 0, 20)),
  PFCOUNT: some(anyKey),
  PFMERGE: join(words(sketchKey), some(anyKey, 0, 3)),
  PFDEBUG: words(fc.constantFrom("GETREG", "decode", "ENCODING", "todense", "bogus"), anyKey),
  SET: words(sketchKey, sketch),
  GET: words(sketchKey),
  DEL: words(sketchKey),
  COPY: words(sketchKey, sketchKey, "REPLACE"),
  EXPIRE: words(sketchKey, lifetime),
  PERSIST: words(sketchKey),
};
