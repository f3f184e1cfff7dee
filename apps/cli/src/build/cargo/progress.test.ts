import { expect, test } from "vitest"
import { readProgress } from "./progress.ts"

test.each([
  ["    Building [                             ] 0/4: agent(build.rs)             ", "0 of 4: agent", 0],
  ["    Building [=============>               ] 2/4: lib, agent(build)           ", "2 of 4: lib, agent", 0.5],
  ["    Building [====================>        ] 3/4: agent(bin)", "3 of 4: agent", 0.75],
  ["    Building [=============================] 4/4", "4 of 4", 1],
  ["    Building [===>  ] 87/120: tokio, hyper, tower, http, h2", "87 of 120: tokio, hyper, tower", 0.725],
  ["    Building [===>  ] 8/10: serde, serde(build.rs), syn...", "8 of 10: serde, syn", 0.8],
  ["    Building [===>  ] 8/10: ...", "8 of 10", 0.8],
  ["    Blocking waiting for file lock on artifact directory", "waiting for file lock on artifact directory", 0],
])("it reads %j", (line, detail, share) => {
  expect(readProgress(line)).toEqual({ detail, share })
})

test.each([
  "",
  "   Compiling agent v0.1.0 (/p/agent)",
  "    Finished `release` profile [optimized] target(s) in 0.26s",
  "    Building [===>  ] soon",
  "  Downloading [===>  ] 8/10: serde",
  "error: Building [===>  ] 8/10: serde",
])("it leaves %j alone", (line) => {
  expect(readProgress(line)).toBeUndefined()
})
