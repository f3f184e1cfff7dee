import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { storeContract } from "@alienplatform/store/testing"
import { openSqliteStore } from "./open.ts"

storeContract("the SQLite store", async (clock) => {
  const directory = await mkdtemp(join(tmpdir(), "store-"))
  const file = join(directory, "manager.db")
  let open = await openSqliteStore({ file, clock })
  return {
    store: open,
    async reopen() {
      await open.close()
      open = await openSqliteStore({ file, clock })
      return open
    },
    async close() {
      await open.close()
      await rm(directory, { recursive: true })
    },
  }
})
