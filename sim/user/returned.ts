/**
 * What a user's function returned: whether it can be taken for what it was meant to be.
 *
 * Virtual time waits for nobody, so nothing may be left to a promise, and
 * nothing may pass for a judgement that is none.
 */

/** Is it a promise, or a generator of promises? Then it is refused, and what becomes of it later disturbs nobody. */
export function disownAsync(returned: unknown): boolean {
  if (typeof returned !== "object" || returned === null) return false;
  if ("then" in returned) {
    void Promise.resolve(returned).catch(() => {});
    return true;
  }
  return Symbol.asyncIterator in returned;
}

/** Why what an expectation returned says that it is not met; undefined when it is met. */
export function whyUnmet(returned: unknown): string | undefined {
  if (returned === undefined || returned === true) return undefined;
  if (disownAsync(returned)) return "it is async, and nobody waits for it: an expectation must be a plain function";
  const isGenerator = typeof returned === "object" && returned !== null && "next" in returned;
  if (isGenerator || typeof returned === "function")
    return `it returned a ${isGenerator ? "generator" : "function"}, which nobody calls: an expectation must be a plain function`;
  // What a matcher returns is an object of its own.
  if (typeof returned === "object" && returned !== null) return undefined;
  return returned === false ? "it returned false" : `it returned ${JSON.stringify(returned)} instead of true or false`;
}
