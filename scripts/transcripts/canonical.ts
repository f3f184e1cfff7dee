/*
 * What differs from run to run, and what a transcript shows instead. A document holds only what stands on the right, so
 * that a fresh transcript and the document's are compared as they are.
 */

/** Folders of the sandbox, and how a user would write them. */
export interface Places {
  /** Folder in which the reader works. */
  folder: string
  /** Folder that `ALIEN_HOME` names. */
  home: string
}

type Rule = readonly [pattern: RegExp, as: string]

const RULES: readonly Rule[] = [
  // Progress: a terminal keeps the line of each step that is done; without one its lines come one after the other.
  [/^… .*\n(?: {2}.*\n)*/gm, ""],
  [/^(✔ .*) \(\d+(?:\.\d)? s\)$/gm, "$1"],
  // Ports: the first that is free.
  [/localhost:8\d{3}\b/g, "localhost:8443"],
  [/localhost:9\d{3}\b/g, "localhost:9443"],
  [/127\.0\.0\.1:74\d\d\b/g, "127.0.0.1:7400"],
  [/"port":\s?8\d{3}\b/g, '"port": 8443'],
  // Names that belong to one deployment.
  [/\b[a-z][a-z0-9]{7}-(?=[\w-]+-(?:process|certificate|route|port)\b)/g, "k3v9m2x7-"],
  // A name that was cut carries a hash of the whole one, its prefix included.
  [/\b(k3v9m2x7-[\w-]+-)[0-9a-f]{8}\b/g, "$1e21c09a3"],
  [/\blistening on port \d+/g, "listening on port 24680"],
  // Times, at the minute that the documents were first written.
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "2026-11-22T12:00:00.000Z"],
  [/\b(\d+) ?ms\b/g, "1ms"],
  // The certificate authority of a user.
  [/Alien local authority [a-z0-9]{8}/g, "Alien local authority kzkrp63x"],
  [/\b[0-9a-f]{64}\b/g, "df2a24638e2cb12e4273c9f8c5d21b261faa36b0a7ed9fe5ec1e43dbce08caf7"],
]

/** Random ids get the same names in the same order in every run. */
const IDS = /\b(?:rel|dep|obj|ins|tok)_[a-z0-9]{16}\b/g
const TOKENS = /\balien_(admin|customer|workload)_[\w-]+/g

/** Makes a function that turns output into the text that a transcript shows. Ids keep their names from call to call. */
export function createCanonicaliser({ folder, home }: Places): (text: string) => string {
  const names = new Map<string, string>()
  const nameOf = (id: string): string => {
    const known = names.get(id)
    if (known) return known
    const kind = id.slice(0, 4)
    const count = [...names.keys()].filter((other) => other.startsWith(kind)).length
    const name = `${kind}2x7w9k4m8p1qz5${String(count + 1).padStart(2, "0")}`
    names.set(id, name)
    return name
  }
  return (text) =>
    RULES.reduce((shown, [pattern, as]) => shown.replace(pattern, as), replacePlaces(text, { folder, home }))
      .replace(IDS, nameOf)
      .replace(TOKENS, "alien_$1_…")
}

const replacePlaces = (text: string, { folder, home }: Places): string =>
  text
    .replaceAll(`${home}/data`, "~/.local/share/alien")
    .replaceAll(`${home}/config`, "~/.config/alien")
    .replaceAll(folder, "~")
