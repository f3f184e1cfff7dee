import { randomUUID, sign, X509Certificate } from "node:crypto"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { basicOf } from "./auth-double.ts"

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/**
 * A token service as docker-registry wants it: whoever knows the account gets what they ask for.
 * @see https://distribution.github.io/distribution/spec/auth/jwt/
 */
export async function startTokenService(account: string, { certificate, key }: { certificate: string; key: string }) {
  const x5c = [new X509Certificate(await readFile(certificate)).raw.toString("base64")]
  const privateKey = await readFile(key)
  const server = createServer((request, response) => {
    if (request.headers.authorization !== basicOf(account)) return void response.writeHead(401).end()
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    const access = url.searchParams.getAll("scope").map((scope) => {
      const [type, name, actions = ""] = scope.split(":")
      return { type, name, actions: actions.split(",") }
    })
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: "test", sub: "me", aud: "test", exp: now + 60, nbf: now - 60, iat: now, jti: randomUUID() }
    const signed = `${base64url({ typ: "JWT", alg: "ES256", x5c })}.${base64url({ ...claims, access })}`
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" })
    response.end(JSON.stringify({ token: `${signed}.${signature.toString("base64url")}`, expires_in: 60 }))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}
