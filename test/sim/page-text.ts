/** A page as its reader sees it, as far as tests need it: text without markup, and the names of its elements. */

/** Elements become spaces, so that what stands side by side stays apart. */
export function shownText(page: string): string {
  return unescaped(
    page.replaceAll(/<(?:style|title)>[^<]*<\/(?:style|title)>/g, " ").replaceAll(/<[^>]*>/g, " "),
  ).replaceAll(/ +/g, " ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

function unescaped(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The elements in their order, each with the names of its attributes. */
export function tagsOf(page: string): string[] {
  return Array.from(page.matchAll(/<[^>]*>/g), ([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}
