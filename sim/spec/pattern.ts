/** Redis's glob patterns, tried one character at a time. Of an empty text it takes no stars but a single one. */
export function matches(pattern: string, text: string): boolean {
  return text === "" ? pattern === "" || pattern === "*" : matchesRest(pattern, text);
}

function matchesRest(pattern: string, text: string): boolean {
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)];
  if (first === "") return text === "";
  if (first === "*") return matchesRest(rest, text) || (text !== "" && matchesRest(pattern, text.slice(1)));
  if (text === "") return false;
  if (first === "[") {
    const { holds, after } = readClass(rest, text.charAt(0));
    return holds && matchesRest(after, text.slice(1));
  }
  const isEscaped = first === "\\" && rest !== "";
  const wanted = isEscaped ? rest.charAt(0) : first;
  if (wanted !== text.charAt(0) && (isEscaped || first !== "?")) return false;
  return matchesRest(isEscaped ? rest.slice(1) : rest, text.slice(1));
}

/** `[a-z]`, `[^abc]`, as far as a closing bracket or the pattern's end. */
function readClass(inside: string, character: string): { holds: boolean; after: string } {
  const excludes = inside.startsWith("^");
  let at = excludes ? 1 : 0;
  let found = false;
  for (; at < inside.length && inside[at] !== "]"; at++) {
    const isRange = inside[at + 1] === "-" && at + 2 < inside.length;
    if (inside[at] === "\\" && at + 1 < inside.length) {
      at++;
      if (inside[at] === character) found = true;
    } else if (isRange) {
      const [low, high] = [inside.charAt(at), inside.charAt(at + 2)].toSorted();
      if (low !== undefined && high !== undefined && low <= character && character <= high) found = true;
      at += 2;
    } else if (inside[at] === character) found = true;
  }
  return { holds: found !== excludes, after: inside.slice(at + 1) };
}
