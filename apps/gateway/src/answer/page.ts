import { STATUS_CODES } from "node:http"
import { GATEWAY_HEADER } from "@alienplatform/provider-local/gateway-table"
import type { ServedEndpoint } from "./endpoint-facts.ts"
import type { Refusal } from "./refusals.ts"

export interface Page {
  status: number
  /** Names and values in turn. */
  headers: string[]
  body: Buffer
}

/** HTML for who accepts it, JSON for all others. @param accept the request's `Accept` */
export function pageOf(refusal: Refusal, accept: string | undefined): Page {
  const { status, code, retryAfter } = refusal
  const html = accept?.includes("text/html") ?? false
  const body = Buffer.from(html ? htmlOf(refusal) : jsonOf(refusal))
  const headers = [
    ...["content-type", html ? "text/html; charset=utf-8" : "application/json"],
    ...["content-length", String(body.length)],
    ...["cache-control", "no-store"],
    ...["vary", "accept"],
    ...[GATEWAY_HEADER, code],
  ]
  if (html) headers.push("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
  if (retryAfter !== undefined) headers.push("retry-after", String(retryAfter))
  return { status, headers, body }
}

/** The same on a connection whose request is no request that could be answered in the usual way. */
export function bareAnswer(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Buffer {
  const page = pageOf(refusal, undefined)
  let head = `HTTP/1.1 ${page.status} ${STATUS_CODES[page.status]}\r\nconnection: close\r\n`
  for (let index = 0; index + 1 < page.headers.length; index += 2)
    head += `${page.headers[index]}: ${page.headers[index + 1]}\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  return Buffer.concat([Buffer.from(`${head}\r\n`, "latin1"), page.body])
}

function jsonOf({ status, code, message, hint, run, facts, served }: Refusal): string {
  const context = run || facts ? { ...facts, ...(run && { run }), ...(served && { served }) } : undefined
  return `${JSON.stringify({ code, message, retryable: RETRYABLE.has(status), internal: false, hint, context })}\n`
}

const RETRYABLE = new Set([408, 502, 503, 504])

const htmlOf = ({
  status,
  code,
  message,
  summary = message,
  hint,
  run = [],
  facts = {},
  served = [],
}: Refusal): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${status} ${STATUS_CODES[status]}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1><span>${status}</span> ${STATUS_CODES[status]}</h1>
<p>${sentence(summary)}</p>
${list(facts)}<p>${sentence(hint)}</p>
${run.length === 0 ? "" : `<pre><code>${run.map(escapeHtml).join("\n")}</code></pre>\n`}${links(served)}</main>
<footer>Answered by the local gateway, not by the app. Code: <code>${escapeHtml(code)}</code></footer>
</body>
</html>
`

const list = (facts: Readonly<Record<string, string | number>>): string => {
  const rows = Object.entries(facts).map(
    ([name, value]) => `<dt>${escapeHtml(capitalised(name))}</dt><dd>${escapeHtml(String(value))}</dd>\n`,
  )
  return rows.length === 0 ? "" : `<dl>\n${rows.join("")}</dl>\n`
}

/** Links on a page; a machine with more is better asked by a command. */
const MAX_LINKS = 50

const links = (served: readonly ServedEndpoint[]): string => {
  if (served.length === 0) return ""
  const items = served.slice(0, MAX_LINKS).map(({ url, deployment, resource, endpoint }) => {
    const whose = `${endpoint} of ${resource} in ${deployment}`
    return `<li><a href="${escapeHtml(url)}">${escapeHtml(url)}</a> <small>${escapeHtml(whose)}</small></li>\n`
  })
  const more = served.length > MAX_LINKS ? `<li>and ${served.length - MAX_LINKS} more</li>\n` : ""
  return `<h2>Served on this machine</h2>\n<ul>\n${items.join("")}${more}</ul>\n`
}

const STYLE = `
:root{color-scheme:light dark;--text:#1c1f23;--dim:#565d66;--line:#d5d9de;--code:#f1f3f5;--page:#fff;--link:#0b57d0}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--dim:#a3abb5;--line:#3a4048;--code:#23272d;--page:#16191d;--link:#8ab4f8}}
body{margin:0;padding:4rem 1.25rem;font:1rem/1.55 system-ui,sans-serif;color:var(--text);background:var(--page)}
main,footer{max-width:42rem;margin:0 auto;overflow-wrap:anywhere}
h1{margin:0 0 1rem;font-size:1.5rem;font-weight:600}h1 span{color:var(--dim);font-weight:400}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.5rem;margin:1.5rem 0;padding:1rem 0;border:solid var(--line);border-width:1px 0}
dt{color:var(--dim)}dd{margin:0}code{font:.9em ui-monospace,monospace}
pre{padding:.8rem 1rem;border-radius:6px;background:var(--code);white-space:pre-wrap}
h2{margin:2rem 0 .5rem;font-size:1rem;font-weight:600}ul{margin:0;padding:0;list-style:none}li{margin:.4rem 0}
a{color:var(--link)}small{display:block;color:var(--dim)}
footer{margin-top:2.5rem;color:var(--dim);font-size:.875rem}`

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const sentence = (text: string): string => `${escapeHtml(capitalised(text))}.`
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
