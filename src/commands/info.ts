/** INFO: which sections are asked for, and how they are laid out. */
import type { Call, Command } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import { SECTIONS } from "./info-sections.ts";

function info(call: Call): void {
  const wanted = wantedSections(call);
  let text = "";
  for (const section of SECTIONS) {
    if (!wanted.has(section.name)) continue;
    if (text !== "") text += "\r\n";
    text += `# ${section.title}\r\n`;
    for (const [name, value] of section.fields(call)) text += `${name}:${value}\r\n`;
  }
  call.reply.verbatim("txt", text);
}

/** Names of sections, and `default`, `all`, `everything` for many; what is unknown selects nothing. */
function wantedSections({ args }: Call): Set<string> {
  const wanted = new Set<string>();
  for (let i = 1; i < Math.max(2, args.count); i++) {
    const word = i < args.count ? args.at(i).latin1().toLowerCase() : "default";
    const every = word === "all" || word === "everything";
    for (const section of SECTIONS) {
      if (word === section.name || every || (word === "default" && section.isDefault)) wanted.add(section.name);
    }
  }
  return wanted;
}

export const infoCommands: readonly Command[] = [
  {
    name: "info",
    arity: -1,
    flags: ["loading", "stale"],
    keys: NO_KEYS,
    group: "server",
    categories: ["dangerous"],
    handler: info,
  },
];
