/** `schema`: what a scenario's file may say, as the JSON schema that editors use. */
import * as z from "zod";
import { scenarioSchema } from "../scenario/schema.ts";

export function schemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(scenarioSchema, { io: "input" }), undefined, 2)}\n`;
}
