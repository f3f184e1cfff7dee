import { readFileSync } from "node:fs"

/** Version of this package, which is released together with all others. */
export function ownVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown"
}
