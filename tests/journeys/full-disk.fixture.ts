/** A journey on a disk that gets full; run where the temporary directory lies on a small file system. Prints what was seen. */
import { writeFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { startJourney } from "../harness/journey.ts"
import { deployProject, stackOf } from "../harness/project.ts"
import { getVerified } from "../harness/verified-https.ts"

await using journey = await startJourney()
const id = await deployProject(journey, "shop", {
  "api.ts": `export default { fetch: () => new Response(process.env.MODE ?? "here") }`,
  "alien.ts": stackOf({ api: `new alien.Worker("api").code(source("api.ts")).publicEndpoint("web")` }),
})
const endpoint = await journey.endpoint("shop", "api")
const answer = async () => (await getVerified(endpoint, "/")).body
const update = (values: Record<string, string>) =>
  journey.client
    .updateDeployment(id, {
      environmentVariables: Object.entries(values).map(([name, value]) => ({ name, value, type: "plain" })),
    })
    .then(
      () => "taken",
      ({ code, message }) => `${code}: ${message}`,
    )
/** Variables larger than the room left in the database's log: a small update is accepted on a full disk as well. */
const large = Object.fromEntries(Array.from({ length: 28 }, (_, index) => [`LARGE_${index}`, "x".repeat(32_000)]))
/** Sends updates until one is refused; those that were accepted before use up the room. */
async function updateUntilRefused(): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const said = await update(
      Object.fromEntries(Object.entries(large).map(([name, value]) => [`${name}_${tries}`, value])),
    )
    if (said !== "taken") return said
  }
  return "taken"
}

const filler = join(journey.sandbox.directory, "filler")
for (const size of [2 ** 20, 2 ** 10, 1])
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" })
  } catch {
    // Full, to this grain.
  }
const full = { update: await updateUntilRefused(), answer: await answer() }
await rm(filler)
const room = { update: await update({ MODE: "changed" }) }
for (let tries = 0; tries < 200 && (await answer().catch(() => "")) !== "changed"; tries++) await setTimeout(100)
process.stdout.write(`${JSON.stringify({ full, room: { ...room, answer: await answer() } })}\n`)
