/*
 * A program outside the stack. It knows where the manager is, a token and the deployment's id, and finds the rest in
 * `/info`: ALIEN_MANAGER_URL, ALIEN_TOKEN, ALIEN_DEPLOYMENT_ID; NODE_EXTRA_CA_CERTS for the certificates of this machine.
 */
import dns from "node:dns"
import { get } from "node:https"
import type { LookupFunction } from "node:net"
import { text } from "node:stream/consumers"

const { ALIEN_MANAGER_URL, ALIEN_TOKEN, ALIEN_DEPLOYMENT_ID } = process.env

const answer = await fetch(new URL(`/v1/deployments/${ALIEN_DEPLOYMENT_ID}/info`, ALIEN_MANAGER_URL), {
  headers: { authorization: `Bearer ${ALIEN_TOKEN}` },
})
if (!answer.ok) throw new Error(`the manager answered ${answer.status}`)
const { resources } = (await answer.json()) as { resources: Record<string, { publicUrl?: string | null }> }

/** Names under `.localhost` are this machine (RFC 6761 6.3), whether its resolver knows that or not. */
const lookup: LookupFunction = (hostname, options, callback) => {
  if (!hostname.endsWith(".localhost")) return dns.lookup(hostname, options, callback)
  if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }])
  else callback(null, "127.0.0.1", 4)
}

const call = (url: URL) =>
  new Promise<string>((resolve, reject) => {
    get(url, { lookup }, (response) => {
      text(response).then((body) => resolve(`${response.statusCode} ${body}`), reject)
    }).on("error", reject)
  })

const PATHS = { storefront: "/items/apples", inventory: "/items/pears", visits: "/" }
for (const [resource, path] of Object.entries(PATHS))
  console.log(resource, await call(new URL(path, resources[resource]?.publicUrl ?? "")))
