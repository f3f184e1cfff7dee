import { expect, test } from "vitest"
import { parseChallenge } from "./challenge.ts"

test.each([
  [
    'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a/b:pull,push"',
    {
      scheme: "bearer",
      realm: "https://auth.example.com/token",
      service: "registry",
      scope: "repository:a/b:pull,push",
    },
  ],
  [
    'Basic realm="a, b=c", Bearer realm="https://auth.example.com"',
    { scheme: "bearer", realm: "https://auth.example.com" },
  ],
  [
    'bearer  Realm = "https://x.example.com/a\\"b" , SERVICE=plain',
    { scheme: "bearer", realm: 'https://x.example.com/a"b', service: "plain" },
  ],
  ['Basic realm="Registry"', { scheme: "basic" }],
  ["Basic", { scheme: "basic" }],
  ['Negotiate, Basic realm="x"', { scheme: "basic" }],
  ["Negotiate", undefined],
  ["Bearer", undefined],
  ["", undefined],
  [',,=="', undefined],
])("a challenge: it reads %s", (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected)
})
