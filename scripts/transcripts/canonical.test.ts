import { expect, test } from "vitest"
import { createCanonicaliser } from "./canonical.ts"

const places = { folder: "/run/a1b2/user", home: "/run/a1b2/home" }
const show = createCanonicaliser(places)

test("what differs from run to run is shown alike, so two runs make the same text: it passes", () => {
  const run = (release: string, port: number, seconds: string, hash: string) =>
    createCanonicaliser(places)(
      `✔ build the stack (${seconds} s)\n${release} at https://api.shop.localhost:${port}, ${hash}, listening on port ${port}\n`,
    )
  expect(run("rel_aaaaaaaaaaaaaaaa", 8443, "0.5", "a".repeat(64))).toBe(
    run("rel_bbbbbbbbbbbbbbbb", 8557, "12.0", "b".repeat(64)),
  )
})

test("ids are told from each other, and keep their names: it gives one name each", () => {
  const [first, again, other, token] = show(
    "rel_cccccccccccccccc rel_cccccccccccccccc rel_dddddddddddddddd tok_cccccccccccccccc",
  ).split(" ")
  expect(first).toBe(again)
  expect(new Set([first, other, token]).size).toBe(3)
  expect(first).toMatch(/^rel_[a-z0-9]{16}$/)
})

test("of the progress it keeps the steps that are done", () => {
  expect(
    show("… build the stack\n  load alien.ts\n  built api\n✔ build the stack (0.9 s)\nRESOURCE\n  indented\n"),
  ).toBe("✔ build the stack\nRESOURCE\n  indented\n")
})

test("folders of the sandbox become those of a user, and no token is shown: it hides them", () => {
  expect(show("/run/a1b2/user/shop /run/a1b2/home/data/ca/ca.crt alien_customer_aB3-_x")).toBe(
    "~/shop ~/.local/share/alien/ca/ca.crt alien_customer_…",
  )
})

test("it changes nothing in what it made", () => {
  const once = show("✔ plan (0.1 s)\nrel_eeeeeeeeeeeeeeee 2031-01-02T03:04:05.678Z https://a.b.localhost:8450 5 ms")
  expect(createCanonicaliser(places)(once)).toBe(once.replace(/rel_\w+/, "rel_2x7w9k4m8p1qz501"))
})
