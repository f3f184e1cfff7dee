import { describe, expect, test } from "vitest"
import { SIGN } from "../third-party/sign.ts"
import { createReceiver } from "./receiver.ts"

const START = 1_700_000_000_000
const secrets = { github: "one", stripe: "two", slack: "three" }

function setup() {
  const time = { now: START }
  const handled: string[] = []
  const fail = { next: false }
  const receive = createReceiver({
    secrets,
    now: () => time.now,
    async handle(provider, body) {
      if (fail.next) throw new Error("the database is away")
      handled.push(`${provider} ${new TextDecoder().decode(body)}`)
    },
  })
  const signed = (provider: keyof typeof secrets, body: string) =>
    SIGN[provider]?.(secrets[provider], body, time.now / 1000) ?? {}
  const post = async (provider: string, body: string, headers: Record<string, string>) => {
    const response = await receive(
      new Request(`https://hooks.example.com/${provider}`, { method: "POST", headers, body }),
    )
    const { status, code }: { status?: string; code?: string } = JSON.parse(await response.text())
    return `${response.status} ${status ?? code}`
  }
  return { time, handled, fail, receive, signed, post }
}

describe("the receiver", () => {
  test.each(["github", "stripe", "slack"] as const)(
    "handles a message of %s once and refuses its replay",
    async (provider) => {
      const { handled, signed, post } = setup()
      const body = `{"id":"evt_1","event_id":"Ev1"}`
      const headers = signed(provider, body)
      expect(await post(provider, body, headers)).toBe("200 handled")
      expect(await post(provider, body, headers)).toBe("409 replayed")
      expect(handled).toEqual([`${provider} ${body}`])
    },
  )

  test("refuses a replay of GitHub's under another delivery id, which is not signed", async () => {
    const { handled, signed, post } = setup()
    const headers = signed("github", "{}")
    await post("github", "{}", headers)
    expect(await post("github", "{}", { ...headers, "x-github-delivery": "another" })).toBe("409 replayed")
    expect(handled).toHaveLength(1)
  })

  test.each(["stripe", "slack"] as const)(
    "takes an event that %s sends again, and handles it once",
    async (provider) => {
      const { time, handled, signed, post } = setup()
      const body = `{"id":"evt_1","event_id":"Ev1"}`
      await post(provider, body, signed(provider, body))
      time.now += 3_600_000
      expect(await post(provider, body, signed(provider, body))).toBe("200 handled before")
      expect(handled).toHaveLength(1)
    },
  )

  test("takes the same message again when handling it failed", async () => {
    const { fail, handled, signed, post } = setup()
    const headers = signed("github", "{}")
    fail.next = true
    await expect(post("github", "{}", headers)).rejects.toThrow("the database is away")
    fail.next = false
    expect(await post("github", "{}", headers)).toBe("200 handled")
    expect(handled).toHaveLength(1)
  })

  test("forgets after three days", async () => {
    const { time, signed, post } = setup()
    const headers = signed("github", "{}")
    await post("github", "{}", headers)
    time.now += 3 * 24 * 3_600_000 + 1
    expect(await post("github", "{}", headers)).toBe("200 handled")
  })

  test("answers the challenge of Slack, by which it proves whose the URL is", async () => {
    const { receive, signed, handled } = setup()
    const body = `{"type":"url_verification","challenge":"3eZbrw1a"}`
    const request = new Request("https://hooks.example.com/slack", {
      method: "POST",
      headers: signed("slack", body),
      body,
    })
    expect(await (await receive(request)).json()).toEqual({ challenge: "3eZbrw1a" })
    expect(handled).toEqual([])
  })

  test("takes nothing while its secret is not set", async () => {
    const receive = createReceiver({ secrets: { ...secrets, github: "" }, handle: async () => undefined })
    const request = new Request("https://hooks.example.com/github", { method: "POST", body: "{}" })
    expect((await receive(request)).status).toBe(503)
  })

  test("knows its three paths and POST alone", async () => {
    const { receive } = setup()
    expect((await receive(new Request("https://hooks.example.com/gitlab", { method: "POST" }))).status).toBe(404)
    expect((await receive(new Request("https://hooks.example.com/github"))).status).toBe(405)
  })
})
