/** Keys of whatever type, databases and deadlines. */
import fc from "fast-check";
import { anyCase, type Family, join, nothing, salad, some, words } from "../line.ts";
import { count, cursor, everyKey, lifetime, moment, pattern, twoKeys } from "../vocabulary.ts";

const database = fc.constantFrom("0", "1", "1", "16", "-1", "x", "2147483648");
const conditions = fc.oneof(nothing, salad(anyCase("NX"), anyCase("XX"), anyCase("GT"), anyCase("LT"), words("bogus")));
/** No comparisons where the time is relative: two servers do not run a command in the same millisecond. */
const plainConditions = fc.oneof(nothing, salad(anyCase("NX"), anyCase("XX"), words("bogus")));
const scanOptions = salad(
  join(anyCase("MATCH"), words(pattern)),
  join(anyCase("COUNT"), words(count)),
  words("bogus"),
  words("MATCH"),
);
const typeOption = salad(
  join(anyCase("TYPE"), words(fc.constantFrom("string", "HASH", "set", "list", "zset", "bogus"))),
);
const copyOptions = salad(anyCase("REPLACE"), join(anyCase("DB"), words(database)), words("bogus"));

export const keys: Family = {
  DEL: some(everyKey),
  UNLINK: some(everyKey),
  EXISTS: some(everyKey),
  TOUCH: some(everyKey),
  TYPE: words(everyKey),
  OBJECT: join(anyCase("ENCODING"), words(everyKey)),
  RENAME: twoKeys,
  RENAMENX: twoKeys,
  COPY: join(twoKeys, copyOptions),
  MOVE: words(everyKey, database),
  SELECT: words(fc.constantFrom("0", "0", "1")),
  SWAPDB: words(database, database),
  RANDOMKEY: nothing,
  KEYS: words(pattern),
  SCAN: join(words(cursor), scanOptions, typeOption),
  DBSIZE: nothing,
  FLUSHDB: salad(words("SYNC"), words("async"), words("bogus")),
  EXPIRE: join(words(everyKey, lifetime), plainConditions),
  PEXPIRE: join(words(everyKey, fc.constantFrom("200000", "300000", "0", "-1", "x")), plainConditions),
  EXPIREAT: join(
    words(
      everyKey,
      fc.oneof(
        moment.filter((m) => m.length < 12),
        fc.constant("9223372036854776"),
      ),
    ),
    conditions,
  ),
  PEXPIREAT: join(
    words(
      everyKey,
      moment.filter((m) => m.length < 15),
    ),
    conditions,
  ),
  TTL: words(everyKey),
  PTTL: words(everyKey),
  EXPIRETIME: words(everyKey),
  PEXPIRETIME: words(everyKey),
  PERSIST: words(everyKey),
};
