/**
 * Random command lines over the data commands, for the differential test: a
 * handful of keys, so that families meet and types clash, and arguments chosen
 * to be refused about as often as accepted.
 *
 * Left out are values on which Redis and Atoll differ on purpose: deadlines
 * beyond 2^53 ms, decimals beyond the range of a double, hexadecimal floats.
 */
import fc from "fast-check";

export type CommandLine = readonly string[];
type Words = fc.Arbitrary<readonly string[]>;

const key = fc.constantFrom("a", "b", "c", "d", "");
const integer = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -6, max: 12 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "9223372036854775807",
      "-9223372036854775808",
      "-9223372036854775807",
      "9223372036854775800",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740993", "-9007199254740993", "4294967296", "2147483648") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "9223372036854775808",
      "-9223372036854775809",
      "007",
      "-0",
      "+1",
      " 1",
      "1 ",
      "",
      "-",
      "x",
      "1.0",
      "1e3",
      "12x",
    ),
  },
);
const decimal = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "0.1",
      "1.5",
      "-2.25",
      "3",
      "-0.5",
      ".5",
      "5.",
      "1e2",
      "1E-3",
      "-1e1",
      "+2",
      "0",
      "-0",
      "-0.0",
      "00.50",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "x",
      "",
      " 1",
      "1 ",
      "nan",
      "inf",
      "-inf",
      "infinity",
      "1e",
      "--1",
      "1.1.1",
      "0.1x",
      ".",
      "e5",
      "1_0",
    ),
  },
);
const text = fc.constantFrom(
  "",
  "abc",
  "ohmytext",
  "mynewtext",
  "hello world",
  "\x00\xff\r\n",
  "caf\u00e9",
  "z".repeat(70),
);
const value = fc.oneof(text, integer, decimal);
const member = fc.constantFrom("f", "g", "h", "1", "2", "30", "", "x".repeat(65), "\xff\x00");
const count = fc.oneof(
  fc.integer({ min: -4, max: 6 }).map(String),
  fc.constantFrom("x", "", "4611686018427387904", "-9223372036854775808", "99999999999999999999"),
);
const pattern = fc.constantFrom(
  "*",
  "a",
  "?",
  "[a-c]",
  "[^a]",
  "\\a",
  "a*b",
  "",
  "*a*",
  "[",
  "f*",
  "[f-h]",
  "[h-f]",
  "**",
  "\\",
);
/** Far enough from now for two clocks to agree on what is past. */
const lifetime = fc.constantFrom(
  "100",
  "200000",
  "0",
  "-1",
  "-100",
  "9223372036854775807",
  "9223372036854775",
  "-9223372036854775808",
  "x",
  "",
  "1.5",
);
const moment = fc.constantFrom(
  "9000000000",
  "9000000000000",
  "1",
  "0",
  "-5",
  "9223372036854775807",
  "9223372036854776",
  "x",
  "",
);
const database = fc.constantFrom("0", "1", "1", "16", "-1", "x", "2147483648");

function words(...parts: readonly (fc.Arbitrary<string> | string)[]): Words {
  return fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)));
}

function some(part: fc.Arbitrary<string>, min = 1, max = 3): Words {
  return fc.array(part, { minLength: min, maxLength: max });
}

function join(...parts: readonly Words[]): Words {
  return fc.tuple(...parts).map((lists) => lists.flat());
}

/** Up to three options in any order, whether they go together or not. */
function salad(...options: readonly Words[]): Words {
  return fc.array(fc.oneof(...options), { maxLength: 3 }).map((lists) => lists.flat());
}

function anyCase(word: string): Words {
  return fc.constantFrom(word, word.toLowerCase(), word[0] + word.slice(1).toLowerCase()).map((made) => [made]);
}

const lives = [
  join(anyCase("EX"), words(lifetime)),
  join(anyCase("PX"), words(fc.constantFrom("200000", "0", "-1", "x"))),
  join(anyCase("EXAT"), words(fc.constantFrom("9000000000", "0", "-1", "x"))),
  join(anyCase("PXAT"), words(fc.constantFrom("9000000000000", "0", "x"))),
];
const setOptions = salad(
  ...lives,
  anyCase("NX"),
  anyCase("XX"),
  anyCase("GET"),
  anyCase("KEEPTTL"),
  words("PERSIST"),
  words("bogus"),
);
const getexOptions = salad(...lives, anyCase("PERSIST"), words("NX"), words("KEEPTTL"));
const conditions = salad(anyCase("NX"), anyCase("XX"), anyCase("GT"), anyCase("LT"), words("bogus"));
/** No comparisons where the time is relative: two servers do not run a command in the same millisecond. */
const plainConditions = salad(anyCase("NX"), anyCase("XX"), words("bogus"));
const scanOptions = salad(
  join(anyCase("MATCH"), words(pattern)),
  join(anyCase("COUNT"), words(count)),
  words("bogus"),
  words("MATCH"),
);
const typeOption = salad(join(anyCase("TYPE"), words(fc.constantFrom("string", "HASH", "set", "list", "bogus"))));
const lcsOptions = salad(
  anyCase("LEN"),
  anyCase("IDX"),
  anyCase("WITHMATCHLEN"),
  join(anyCase("MINMATCHLEN"), words(integer)),
  words("bogus"),
);
const copyOptions = salad(anyCase("REPLACE"), join(anyCase("DB"), words(database)), words("bogus"));
const cursor = fc.constantFrom("0", "0", "0", "0", "x", "", "-1", "18446744073709551616", "+0");

/** Arguments by command. */
const strings: Readonly<Record<string, Words>> = {
  SET: join(words(key, value), setOptions),
  GET: words(key),
  GETSET: words(key, value),
  GETDEL: words(key),
  GETEX: join(words(key), getexOptions),
  SETNX: words(key, value),
  SETEX: words(key, lifetime, value),
  PSETEX: words(key, fc.constantFrom("200000", "0", "-1", "x", "9223372036854775807"), value),
  MSET: some(fc.oneof(key, value), 2, 6),
  MSETNX: some(fc.oneof(key, value), 2, 6),
  MGET: some(key),
  APPEND: words(key, value),
  STRLEN: words(key),
  GETRANGE: words(key, integer, integer),
  SUBSTR: words(key, integer, integer),
  SETRANGE: words(
    key,
    fc.oneof(
      fc.constantFrom("0", "3", "20", "-1", "536870912", "9223372036854775807"),
      integer.filter((n) => n.length < 4),
    ),
    value,
  ),
  INCR: words(key),
  DECR: words(key),
  INCRBY: words(key, integer),
  DECRBY: words(key, integer),
  INCRBYFLOAT: words(
    key,
    fc.oneof(
      decimal,
      integer.filter((n) => n.length < 4),
    ),
  ),
  LCS: join(words(key, key), lcsOptions),
};

const bitOffset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "4294967296", "9223372036854775807", "x", "", "#1", "007") },
);
const fieldType = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom("i", "u"), fc.integer({ min: 1, max: 64 })).map((t) => t.join("")) },
  { weight: 2, arbitrary: fc.constantFrom("u8", "i8", "u1", "i1", "u2", "i64", "u63") },
  { weight: 1, arbitrary: fc.constantFrom("u64", "i65", "u0", "i0", "x8", "I8", "", "i", "u-1") },
);
const fieldOffset = fc.oneof(
  bitOffset,
  fc.integer({ min: 0, max: 5 }).map((n) => `#${n}`),
  fc.constantFrom("#-1", "#x", "#"),
);
const fieldValue = fc.oneof(
  integer,
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
);
const fieldWrite = join(fc.oneof(anyCase("SET"), anyCase("INCRBY")), words(fieldType, fieldOffset, fieldValue));
const fieldRead = join(anyCase("GET"), words(fieldType, fieldOffset));
const overflow = join(anyCase("OVERFLOW"), fc.oneof(anyCase("WRAP"), anyCase("SAT"), anyCase("FAIL"), words("x")));
const unit = salad(anyCase("BIT"), anyCase("BYTE"), words("bogus"));

const bitmaps: Readonly<Record<string, Words>> = {
  SETBIT: words(key, bitOffset, fc.constantFrom("0", "1", "1", "1", "2", "-1", "x", "")),
  GETBIT: words(key, bitOffset),
  BITCOUNT: join(words(key), fc.oneof(fc.constant([]), join(words(integer, integer), unit), words(integer))),
  BITPOS: join(
    words(key, fc.constantFrom("0", "1", "1", "2", "x")),
    fc.oneof(fc.constant([]), words(integer), join(words(integer, integer), unit)),
  ),
  BITOP: join(fc.oneof(...["AND", "OR", "XOR", "NOT", "nor"].map(anyCase)), words(key), some(key)),
  BITFIELD: join(words(key), salad(fieldRead, fieldWrite, fieldWrite, overflow)),
  BITFIELD_RO: join(words(key), salad(fieldRead, fieldRead, fieldRead, fieldWrite)),
};

const counted = fc.oneof(value, fc.integer({ min: 0, max: 1000 }).map(String));
/** What is a HyperLogLog, with its count and without, and what is none. Which commands notice that runs are missing, Redis leaves to chance. */
const sketch = fc.constantFrom(
  "HYLL\x01\0\0\0\x07\0\0\0\0\0\0\0\x7f\xff",
  "HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x7f\xfe\x84",
  "HYLL\x00\0\0\0\0\0\0\0\0\0\0\x80\x7f\xff",
  "HYLL",
);

/** Keys of their own: what becomes of a HyperLogLog that APPEND or SETBIT have changed, Redis leaves to chance. */
const sketchKey = fc.constantFrom("p", "q", "r");
const anyKey = fc.oneof({ weight: 4, arbitrary: sketchKey }, { weight: 1, arbitrary: key });

const hyperLogLogs: Readonly<Record<string, Words>> = {
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

const hashes: Readonly<Record<string, Words>> = {
  HSET: join(words(key), some(fc.oneof(member, value), 2, 6)),
  HSETNX: words(key, member, value),
  HMSET: join(words(key), some(fc.oneof(member, value), 2, 4)),
  HGET: words(key, member),
  HMGET: join(words(key), some(member)),
  HGETALL: words(key),
  HDEL: join(words(key), some(member)),
  HEXISTS: words(key, member),
  HLEN: words(key),
  HKEYS: words(key),
  HVALS: words(key),
  HSTRLEN: words(key, member),
  HINCRBY: words(key, member, integer),
  HINCRBYFLOAT: words(
    key,
    member,
    fc.oneof(
      decimal,
      integer.filter((n) => n.length < 4),
    ),
  ),
  HRANDFIELD: join(
    words(key),
    fc.oneof(fc.constant([]), words(count), words(count, "WITHVALUES"), words(count, "bogus")),
  ),
  HSCAN: join(words(key, cursor), scanOptions),
};

const sets: Readonly<Record<string, Words>> = {
  SADD: join(words(key), some(member, 1, 5)),
  SREM: join(words(key), some(member)),
  SISMEMBER: words(key, member),
  SMISMEMBER: join(words(key), some(member)),
  SMEMBERS: words(key),
  SCARD: words(key),
  SPOP: join(words(key), fc.oneof(fc.constant([]), words(count))),
  SRANDMEMBER: join(words(key), fc.oneof(fc.constant([]), words(count))),
  SMOVE: words(key, key, member),
  SINTER: some(key),
  SINTERSTORE: some(key, 2, 4),
  SINTERCARD: join(
    words(fc.constantFrom("1", "2", "2", "3", "0", "-1", "x")),
    some(key),
    salad(join(anyCase("LIMIT"), words(count))),
  ),
  SUNION: some(key),
  SUNIONSTORE: some(key, 2, 4),
  SDIFF: some(key),
  SDIFFSTORE: some(key, 2, 4),
  SSCAN: join(words(key, cursor), scanOptions),
};

const keys: Readonly<Record<string, Words>> = {
  DEL: some(key),
  UNLINK: some(key),
  EXISTS: some(key),
  TOUCH: some(key),
  TYPE: words(key),
  RENAME: words(key, key),
  RENAMENX: words(key, key),
  COPY: join(words(key, key), copyOptions),
  MOVE: words(key, database),
  SELECT: words(fc.constantFrom("0", "0", "1")),
  SWAPDB: words(database, database),
  RANDOMKEY: fc.constant([]),
  KEYS: words(pattern),
  SCAN: join(words(cursor), scanOptions, typeOption),
  DBSIZE: fc.constant([]),
  FLUSHDB: salad(words("SYNC"), words("async"), words("bogus")),
  EXPIRE: join(words(key, lifetime), plainConditions),
  PEXPIRE: join(words(key, fc.constantFrom("200000", "300000", "0", "-1", "x")), plainConditions),
  EXPIREAT: join(
    words(
      key,
      fc.oneof(
        moment.filter((m) => m.length < 12),
        fc.constant("9223372036854776"),
      ),
    ),
    conditions,
  ),
  PEXPIREAT: join(
    words(
      key,
      moment.filter((m) => m.length < 15),
    ),
    conditions,
  ),
  TTL: words(key),
  PTTL: words(key),
  EXPIRETIME: words(key),
  PEXPIRETIME: words(key),
  PERSIST: words(key),
};

function family(table: Readonly<Record<string, Words>>): fc.Arbitrary<CommandLine> {
  const lines = Object.entries(table).map(([name, args]) =>
    join(
      fc.constantFrom(name, name.toLowerCase()).map((n) => [n]),
      args,
    ),
  );
  return fc.oneof(...lines);
}

/** One word too many or too few: the arity must be refused alike. */
function misshapen(line: fc.Arbitrary<CommandLine>): fc.Arbitrary<CommandLine> {
  return fc
    .tuple(line, fc.boolean())
    .map(([made, longer]) => (longer ? [...made, "x"] : made.slice(0, Math.max(1, made.length - 1))));
}

const anyLine = fc.oneof(
  family(strings),
  family(bitmaps),
  family(hyperLogLogs),
  family(hashes),
  family(sets),
  family(keys),
);

export const commandLine: fc.Arbitrary<CommandLine> = fc.oneof(
  { weight: 15, arbitrary: anyLine },
  { weight: 1, arbitrary: misshapen(anyLine) },
);
