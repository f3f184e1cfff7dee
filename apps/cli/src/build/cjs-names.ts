/**
 * First lines of an ES module bundle, which give CommonJS dependencies `require`, `__filename` and `__dirname`.
 * Declared with `var`, because a bundled module may declare one of them as well, and esbuild writes its top level with
 * `var` too.
 * @param url expression for the URL that they are relative to
 */
export const cjsNames = (url = "import.meta.url"): string =>
  [
    `import { createRequire as alienCreateRequire } from "node:module";`,
    `import { dirname as alienDirname } from "node:path";`,
    `import { fileURLToPath as alienFileURLToPath } from "node:url";`,
    `var require = alienCreateRequire(${url});`,
    `var __filename = alienFileURLToPath(${url});`,
    "var __dirname = alienDirname(__filename);",
  ].join("\n")
