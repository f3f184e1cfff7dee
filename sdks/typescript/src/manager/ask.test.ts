import { describe, expect, test } from "vitest"
import { answerWith, startInfoServer } from "../testing/info-server.ts"
import { ManualClock } from "../testing/manual-clock.ts"
import { type Answer, askManager } from "./ask.ts"

const FAILED: Answer = { type: "failed", retryAfterMs: 0 }

describe("asking the manager: it", () => {
  test("stops reading an answer that does not end", async () => {
    let written = 0
    await using manager = await startInfoServer((response) => {
      const chunk = Buffer.alloc(64 * 1024, " ")
      const write = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        response.once("drain", write)
      }
      write()
    })
    expect(await askManager({ infoUrl: manager.url, token: "s3cret" })).toEqual(FAILED)
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  test("fails with a token that no header can carry", async () => {
    await using manager = await startInfoServer(answerWith({ resources: {} }))
    expect(await askManager({ infoUrl: manager.url, token: "s3\ncret" })).toEqual(FAILED)
  })

  test.each([200, 404, 503])(
    "keeps no process alive with its deadline, and none after an answer of %i",
    async (status) => {
      await using manager = await startInfoServer(answerWith({ resources: {} }, status))
      const clock = new ManualClock()
      const answer = askManager({ infoUrl: manager.url, token: "s3cret" }, { clock })
      expect(clock.waiting).toEqual([{ left: 5_000, background: true }])
      await answer
      expect(clock.waiting).toEqual([])
    },
  )
})
