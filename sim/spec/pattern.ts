/** Redis's glob patterns, tried one character at a time. Of an empty text it takes no stars but a single one. */
export function matches(pattern: string, text: string): boolean {
  return text === "" ? pattern === "" || pattern === "*" : matchesRest(pattern, text);
}

/** Whatever follows the latest star is tried at each place from there on; stars before it need not be tried again. */
function matchesRest(pattern: string, text: string): boolean {
  let [at, done] = [0, 0];
  let [afterStar, taken] = [-1, 0];
  for (;;) {
    if (pattern[at] === "*") {
      afterStar = ++at;
      taken = done;
      continue;
    }
    const next = done < text.length ? afterOne(pattern, at, text.charAt(done)) : undefined;
    if (next !== undefined) {
      at = next;
      done++;
    } else if (at === pattern.length && done === text.length) return true;
    else if (afterStar < 0 || taken === text.length) return false;
    else {
      at = afterStar;
      done = ++taken;
    }
  }
}

/** Where the pattern goes on after taking one character; undefined when it does not take it. */
function afterOne(pattern: string, at: number, character: string): number | undefined {
  const first = pattern[at];
  if (first === "[") {
    const { holds, after } = readClass(pattern, at + 1, character);
    return holds ? after : undefined;
  }
  const isEscaped = first === "\\" && at + 1 < pattern.length;
  const wanted = isEscaped ? pattern[at + 1] : first;
  if (wanted === character || (!isEscaped && wanted === "?")) return at + (isEscaped ? 2 : 1);
  return undefined;
}

/** `[a-z]`, `[^abc]`, as far as a closing bracket or the pattern's end. */
function readClass(pattern: string, begin: number, character: string): { holds: boolean; after: number } {
  const excludes = pattern[begin] === "^";
  let at = begin + (excludes ? 1 : 0);
  let found = false;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    const isRange = pattern[at + 1] === "-" && at + 2 < pattern.length;
    if (pattern[at] === "\\" && at + 1 < pattern.length) {
      at++;
      if (pattern[at] === character) found = true;
    } else if (isRange) {
      const [low, high] = [pattern.charAt(at), pattern.charAt(at + 2)].toSorted();
      if (low !== undefined && high !== undefined && low <= character && character <= high) found = true;
      at += 2;
    } else if (pattern[at] === character) found = true;
  }
  return { holds: found !== excludes, after: Math.min(at + 1, pattern.length) };
}
