import type { Check } from "./check.ts"
import { isTypeScript, lineAt, readTextFiles, type SourceFile } from "./files.ts"

interface Rule {
  /** Global pattern; the whole match is shown. */
  pattern: RegExp
  reason: string
  in: (path: string) => boolean
}

const isProgram = (path: string) => /\.(ts|js|mjs|cjs|json|rs)$/.test(path) || !/\.[a-z]+$/.test(path)
const anyFile = () => true

/** Hosts for which no request leaves this machine, or that are reserved for documentation (RFC 2606, 6761). */
const HARMLESS_HOST =
  "127\\.0\\.0\\.1|\\[::1\\]|\\[::\\]|0\\.0\\.0\\.0|[a-z0-9-]+|(?:[\\w-]+\\.)*localhost|(?:[\\w-]+\\.)*example(?:\\.(?:com|net|org))?|(?:[\\w-]+\\.)+(?:test|invalid)"

const RULES: readonly Rule[] = [
  { pattern: /rejectUnauthorized["']?\s*:\s*false/g, reason: "certificates are verified everywhere", in: anyFile },
  { pattern: /NODE_TLS_REJECT_(?:UNAUTHORIZED)/g, reason: "certificates are verified everywhere", in: anyFile },
  { pattern: /strict[-_]?ssl["']?\s*[:=]?\s*false/gi, reason: "certificates are verified everywhere", in: anyFile },
  { pattern: /\bshell\s*:\s*(?:true|["'`])/g, reason: "programs get argument arrays, never a shell", in: isProgram },
  {
    pattern: /import\s*\{[^}]*\bexec(?:Sync)?\b[^}]*\}\s*from\s*["'](?:node:)?child_process/g,
    reason: "exec takes a shell string; use spawn or execFile with an array",
    in: isProgram,
  },
  {
    pattern: /\bmkdir(?:Sync)?\((?:[^(){}]|\([^()]*\))*\{[^{}]*\brecursive\b/g,
    reason: "it may never return: makeDirectory of @alienplatform/core/make-directory does",
    // The gateway and packages/oci import nothing of ours: whoever starts or calls them has made the directory that a person named.
    in: (path) =>
      /^(?:apps|packages|providers|sdks)\//.test(path) &&
      !/^(?:apps\/gateway|packages\/oci)\//.test(path) &&
      isProgram(path) &&
      !/\.(?:test|fixture)\.ts$|\/testing\//.test(path),
  },
  { pattern: /@ts-(?:ignore|nocheck)/g, reason: "the type is wrong or the code is: correct it", in: isTypeScript },
  {
    pattern: /@ts-(?:expect)-error/g,
    reason: "only *.fixture.ts shows what does not compile",
    in: (path) => isTypeScript(path) && !path.endsWith(".fixture.ts"),
  },
  { pattern: /\bas\s+any\b/g, reason: "narrow the value instead", in: isTypeScript },
  { pattern: /\b(?:TO)DO\b|\b(?:FIX)ME\b/g, reason: "do it, or write it down in docs/decisions", in: anyFile },
  {
    pattern: /(?<![\w.~}/])\/(?:home|tmp|root|Users|mnt)(?:\/[\w.@-]+|(?=["'`]))/g,
    reason: "a path of one machine",
    in: (path) => path !== "package-lock.json",
  },
  {
    pattern: new RegExp(`http:${"//"}(?!\\$\\{|(?:${HARMLESS_HOST})(?![\\w-]|\\.\\w))[\\w[][^\\s"'\`)]*`, "gi"),
    reason: "plain http to another machine",
    in: (path) => isProgram(path) && !["package-lock.json", "LICENSE"].includes(path),
  },
]

/** Checks the repository for forbidden text. */
export const greps: Check = {
  name: "forbidden text",
  async run(root) {
    return (await readTextFiles(root)).flatMap(grep)
  },
}

export const grep = ({ path, text }: SourceFile): string[] =>
  RULES.filter((rule) => rule.in(path)).flatMap(({ pattern, reason }) =>
    [...text.matchAll(pattern)].map((found) => `${path}:${lineAt(text, found.index)}: ${found[0].trim()}: ${reason}`),
  )
