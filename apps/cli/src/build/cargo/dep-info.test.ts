import { expect, test } from "vitest"
import { readDepInfo } from "./dep-info.ts"

test.each<[string, string, string[]]>([
  ["one file", "/p/target/release/agent: /p/src/main.rs\n", ["/p/src/main.rs"]],
  [
    "several",
    "/t/agent: /p/build.rs /p/src/main.rs /lib/src/lib.rs\n",
    ["/p/build.rs", "/p/src/main.rs", "/lib/src/lib.rs"],
  ],
  ["spaces in paths", "/my\\ t/agent: /my\\ p/a\\ b.rs /p/c.rs\n", ["/my p/a b.rs", "/p/c.rs"]],
  ["colons in paths", "/t:1/x:y: /p:q/a.rs /z:\n", ["/p:q/a.rs", "/z:"]],
  ["a colon before a space", "/t:\\ 1/x: /p:\\ q/a.rs\n", ["/p: q/a.rs"]],
  ["relative paths", "target/release/agent: agent/src/main.rs\r\n", ["agent/src/main.rs"]],
  ["several rules", "/t/a: /p/a.rs\n\n/t/b: /p/b.rs", ["/p/a.rs", "/p/b.rs"]],
  ["a rule without files", "/t/agent:\n", []],
  ["nothing", "", []],
])("it reads %s", (_what, text, files) => {
  expect(readDepInfo(text)).toEqual(files)
})
