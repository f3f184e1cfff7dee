import type { Page } from "@alienplatform/store"
import type { Context } from "hono"

/** A page where no limit is asked for. Of a list that is answered whole, so many items are held at once. */
const PAGE_SIZE = 50

interface PageOf {
  limit: number
  cursor?: string
}

type ReadPage<T> = (page: PageOf) => Promise<Page<T>>

/**
 * Answers with the page that is asked for, as `answerPage` does, or with the whole list where neither a limit nor a cursor
 * is given: clients that know no pages would take the first one for all there is.
 */
export async function answerList<T, R>(
  c: Context,
  { limit, cursor }: { limit?: number | undefined; cursor?: string | undefined },
  read: ReadPage<T>,
  answerPage: (page: Page<T>) => R,
): Promise<R> {
  const first = await read({ limit: limit ?? PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) })
  if (first.nextCursor === null || limit !== undefined || cursor !== undefined) return answerPage(first)
  // The types of the router know a value, not a stream of its text.
  return c.body(wholeList(first, read), 200, { "content-type": "application/json" }) as R
}

/**
 * The text of a list, read and sent a page at a time, so that its length costs no memory. What fails on the way breaks the answer off:
 * half a list must not read like one.
 */
function wholeList<T>(first: Page<T>, read: ReadPage<T>): ReadableStream<Uint8Array> {
  async function* chunks() {
    yield `{"items":[${jsonItems(first.items)}`
    for (let cursor = first.nextCursor; cursor !== null; ) {
      const page = await read({ limit: PAGE_SIZE, cursor })
      if (page.items.length > 0) yield `,${jsonItems(page.items)}`
      cursor = page.nextCursor
    }
    yield `],"nextCursor":null}`
  }
  return ReadableStream.from(chunks()).pipeThrough(new TextEncoderStream())
}

const jsonItems = (items: readonly unknown[]): string => items.map((item) => JSON.stringify(item)).join(",")
