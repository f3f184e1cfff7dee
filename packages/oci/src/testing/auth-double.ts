import type { IncomingMessage, ServerResponse } from "node:http"

/** Who may do anything, and how they show it. `user:password`. */
export type AuthDouble =
  | { kind: "basic"; account: string }
  | {
      kind: "token"
      /** Without one everybody gets tokens. */
      account?: string
      identityToken?: string
      /** Where tokens are got; default: here. */
      realm?: string
      lifetimeSeconds?: number
      /** Requests that one token is good for. */
      uses?: number
      /** Filled in: the scopes of each token, in order. */
      issued: string[][]
      used?: Map<string, number>
    }

export const basicOf = (account: string): string => `Basic ${Buffer.from(account).toString("base64")}`

export function isAllowed(auth: AuthDouble, { headers: { authorization = "" } }: IncomingMessage): boolean {
  if (auth.kind === "basic") return authorization === basicOf(auth.account)
  const [, index] = /^Bearer token-(\d+)$/.exec(authorization) ?? []
  if (index === undefined || auth.issued[Number(index)] === undefined) return false
  auth.used ??= new Map()
  const used = (auth.used.get(index) ?? 0) + 1
  auth.used.set(index, used)
  return auth.uses === undefined || used <= auth.uses
}

/** Answers `GET /token` and, for identity tokens, `POST /token`. */
export function answerToken(
  auth: AuthDouble,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  response: ServerResponse,
): void {
  if (auth.kind !== "token") return void response.writeHead(404).end()
  const form = request.method === "POST" ? new URLSearchParams(body.toString()) : url.searchParams
  const allowed =
    request.method === "POST"
      ? form.get("grant_type") === "refresh_token" && form.get("refresh_token") === auth.identityToken
      : auth.account === undefined || request.headers.authorization === basicOf(auth.account)
  if (!allowed || form.get("service") !== "double") return void response.writeHead(401).end()
  auth.issued.push(form.getAll("scope").flatMap((scope) => scope.split(" ")))
  const token = `token-${auth.issued.length - 1}`
  const lifetime = auth.lifetimeSeconds === undefined ? {} : { expires_in: auth.lifetimeSeconds }
  response
    .writeHead(200)
    .end(JSON.stringify({ [request.method === "POST" ? "access_token" : "token"]: token, ...lifetime }))
}
